import { Field } from './field';
import type { ItemFault } from './item-fault';

interface Props {
  readonly label: string;
  readonly hint?: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly faults: readonly ItemFault[];
  readonly onChange: (value: string) => void;
}

/** A labelled text area for an expression or other code. */
export function CodeField({ label, hint, placeholder, value, faults, onChange }: Props) {
  return (
    <Field label={label} hint={hint} faults={faults}>
      {({ id, describedBy, invalid }) => (
        <textarea
          id={id}
          class="code"
          rows={2}
          spellcheck={false}
          placeholder={placeholder}
          aria-describedby={describedBy}
          aria-invalid={invalid}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
