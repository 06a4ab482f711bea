import { useState } from 'preact/hooks';
import { CodeField } from '../ui/code-field';
import { ErrorNote } from '../ui/error-note';
import { Field } from '../ui/field';
import { ItemErrors } from '../ui/item-errors';
import { useWrite } from '../ui/use-write';
import { SaveAudience } from './audience-documents';
import type { Audience } from './audience-row';

interface Props {
  /** Undefined: a new one. */
  readonly audience: Audience | undefined;
  readonly onSaved: () => void;
  readonly onCancel: () => void;
}

/** Creates or edits an audience. */
export function AudienceForm({ audience, onSaved, onCancel }: Props) {
  const { run, error, faults, isRunning } = useWrite(SaveAudience);
  const [condition, setCondition] = useState(audience?.condition ?? '');
  const of = (name: string) => faults.filter(({ path }) => path === name);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => ((form.get(name) as string | null) ?? '').trim();
    if ((await run({ input: { id: audience?.id ?? text('id'), name: text('name'), condition } })) !== undefined)
      onSaved();
  };
  return (
    <form onSubmit={(event) => void submit(event)} aria-label="Audience">
      <h3>{audience === undefined ? 'New audience' : `Edit ${audience.name}`}</h3>
      <div class="form-grid">
        <Field label="Audience id" faults={of('id')}>
          {({ id }) => (
            <input id={id} name="id" required disabled={audience !== undefined} defaultValue={audience?.id} />
          )}
        </Field>
        <Field label="Audience name" faults={of('name')}>
          {({ id }) => <input id={id} name="name" required maxLength={100} defaultValue={audience?.name} />}
        </Field>
      </div>
      <CodeField
        label="Condition"
        hint="A CEL expression over customer: attributes, segment, expectedAmount, purchaseProbability, churnProbability."
        placeholder="customer.churnProbability > 0.5"
        value={condition}
        faults={of('condition')}
        onChange={setCondition}
      />
      <ErrorNote error={error} title="Not saved" />
      <ItemErrors errors={faults.filter(({ path }) => !['id', 'name', 'condition'].includes(path ?? ''))} />
      <div class="actions end">
        <button class="button" type="button" onClick={onCancel}>
          Cancel
        </button>
        <button class="button primary" disabled={isRunning}>
          Save
        </button>
      </div>
    </form>
  );
}
