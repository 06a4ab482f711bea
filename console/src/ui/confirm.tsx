import type { ComponentChildren } from 'preact';
import { Dialog } from './dialog';

interface Props {
  readonly title: string;
  readonly action: string;
  readonly isDangerous?: boolean;
  readonly children: ComponentChildren;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Asks for confirmation of an action. Escape cancels. */
export function Confirm({ title, action, isDangerous = false, children, onConfirm, onCancel }: Props) {
  return (
    <Dialog title={title} onClose={onCancel}>
      {children}
      <div class="actions end">
        <button class="button" type="button" onClick={onCancel}>
          Cancel
        </button>
        <button class={`button ${isDangerous ? 'danger' : 'primary'}`} type="button" onClick={onConfirm}>
          {action}
        </button>
      </div>
    </Dialog>
  );
}
