import { Field } from './field';
import type { ItemFault } from './item-fault';

interface Props<Value extends string> {
  readonly label: string;
  readonly hint?: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly title: string }[];
  readonly faults?: readonly ItemFault[];
  readonly onChange: (value: Value) => void;
}

/** A labelled selection field. */
export function ChoiceField<Value extends string>({ label, hint, value, choices, faults, onChange }: Props<Value>) {
  return (
    <Field label={label} hint={hint} faults={faults}>
      {({ id, describedBy, invalid }) => (
        <select
          id={id}
          aria-describedby={describedBy}
          aria-invalid={invalid}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value as Value)}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
