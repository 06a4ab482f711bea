import type { VariablesOf } from '@freshet/client';
import { SEVERITIES } from '../alerts/rule-fields';
import { faultsAt, faultsElsewhere } from '../streams/faults-at';
import { ErrorNote } from '../ui/error-note';
import { Field } from '../ui/field';
import { ItemErrors } from '../ui/item-errors';
import { useWrite } from '../ui/use-write';
import { parseTextList } from '../ui/text-list';
import { CreateWebhook } from './webhook-documents';

type Severity = NonNullable<VariablesOf<typeof CreateWebhook>['input']['minSeverity']>;

interface Props {
  readonly onMade: (secret: string) => void;
  readonly onCancel: () => void;
}

/** Form that creates a webhook. */
export function NewWebhook({ onMade, onCancel }: Props) {
  const { run, error, faults, isRunning } = useWrite(CreateWebhook);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => (form.get(name) as string).trim();
    const made = await run({
      input: { url: text('url'), minSeverity: text('minSeverity') as Severity, rules: parseTextList(text('rules')) },
    });
    if (made?.secret != null) onMade(made.secret);
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)} noValidate aria-label="New webhook">
      <h3>New webhook</h3>
      <div class="form-grid">
        <Field
          label="URL"
          hint="A public address, or an address that WEBHOOK_NETWORKS allows."
          faults={faultsAt(faults, 'url')}
        >
          {({ id, describedBy, invalid }) => (
            <input
              id={id}
              name="url"
              type="url"
              inputMode="url"
              autocomplete="off"
              placeholder="https://"
              aria-describedby={describedBy}
              aria-invalid={invalid}
            />
          )}
        </Field>
        <Field label="Minimum severity" faults={faultsAt(faults, 'minSeverity')}>
          {({ id }) => (
            <select id={id} name="minSeverity">
              {SEVERITIES.map(({ value, title }) => (
                <option key={value} value={value}>
                  {title}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Rules" hint="Rule ids, separated by commas. Empty: all rules." faults={faultsAt(faults, 'rules')}>
          {({ id, describedBy, invalid }) => (
            <input id={id} name="rules" autocomplete="off" aria-describedby={describedBy} aria-invalid={invalid} />
          )}
        </Field>
      </div>
      <ErrorNote error={error} title="Not saved" />
      <ItemErrors errors={faultsElsewhere(faults, ['url', 'minSeverity', 'rules'])} />
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
