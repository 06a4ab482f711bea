import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { ItemFault } from './item-fault';

interface Props {
  readonly label: string;
  readonly hint?: string;
  /** Errors of this field. */
  readonly faults?: readonly ItemFault[];
  readonly children: (ids: { id: string; describedBy: string; invalid: boolean }) => ComponentChildren;
}

/** A labelled control with its hint and its errors. */
export function Field({ label, hint, faults = [], children }: Props) {
  const id = useId();
  const describedBy = `${id}-about`;
  return (
    <div class={`field ${faults.length > 0 ? 'invalid' : ''}`}>
      <label for={id}>{label}</label>
      {children({ id, describedBy, invalid: faults.length > 0 })}
      <div id={describedBy}>
        {hint !== undefined && <p class="hint">{hint}</p>}
        {faults.map(({ code, message }) => (
          <p key={message} class="fault">
            <code>{code}</code> {message}
          </p>
        ))}
      </div>
    </div>
  );
}
