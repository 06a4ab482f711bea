import { useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { Field } from '../ui/field';
import { ItemErrors } from '../ui/item-errors';
import { useWrite } from '../ui/use-write';
import { AcknowledgeAlert } from './alert-documents';

interface Props {
  readonly id: string;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

/** Form that acknowledges an alert, with an optional note. The alert stays open. */
export function Acknowledge({ id: alert, onDone, onCancel }: Props) {
  const { run, error, faults, isRunning } = useWrite(AcknowledgeAlert);
  const [note, setNote] = useState('');
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (await run({ id: alert, note: note.trim() || null })) onDone();
  };
  return (
    <form class="form-row" onSubmit={(event) => void submit(event)}>
      <div class="grow">
        <Field label="Note" faults={faults.filter(({ path }) => path === 'note')}>
          {({ id, describedBy }) => (
            <input
              id={id}
              aria-describedby={describedBy}
              maxLength={1_000}
              placeholder="Who investigates, and the findings so far"
              value={note}
              onInput={(event) => setNote(event.currentTarget.value)}
            />
          )}
        </Field>
      </div>
      <div class="actions">
        <button class="button" type="button" onClick={onCancel}>
          Cancel
        </button>
        <button class="button primary" disabled={isRunning}>
          Acknowledge
        </button>
      </div>
      <ErrorNote error={error} />
      <ItemErrors errors={faults.filter(({ path }) => path !== 'note')} />
    </form>
  );
}
