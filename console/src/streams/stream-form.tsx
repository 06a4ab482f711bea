import { useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { Field } from '../ui/field';
import { ItemErrors } from '../ui/item-errors';
import { type ItemFault, MISSING_ID } from '../ui/item-fault';
import { Link } from '../ui/link';
import { hrefOf } from '../ui/router';
import { useMutation } from '../ui/use-mutation';
import { AggregateRows } from './aggregate-rows';
import { EventTypes } from './event-types';
import { ExpressionRows } from './expression-rows';
import { faultsAt, faultsElsewhere } from './faults-at';
import type { Stream } from './stream';
import { StreamPreview } from './stream-preview';
import { EMPTY_STREAM, streamDraftOf, streamInputOf, type StreamDraft, type StreamInput } from './stream-draft';
import { CreateStream, UpdateStream } from './stream-documents';
import { WindowFields } from './window-fields';

interface Props {
  /** The stream to edit; undefined: a new stream. */
  readonly stream?: Stream;
  readonly onSaved: (id: string) => void;
  readonly onCancel: () => void;
}

/** Paths of the form fields that show their errors. */
const STREAM_FIELD_PATHS = [
  'id',
  'description',
  'from',
  'filter',
  'keys',
  'derive',
  'aggregates',
  'window',
  'lateness',
  'retention',
  'variables',
];

export function StreamForm({ stream, onSaved, onCancel }: Props) {
  const [draft, setDraft] = useState<StreamDraft>(() => (stream === undefined ? EMPTY_STREAM : streamDraftOf(stream)));
  const creating = useMutation(CreateStream);
  const updating = useMutation(UpdateStream);
  const [faults, setFaults] = useState<readonly ItemFault[]>([]);
  const set = (change: Partial<StreamDraft>) => setDraft((before) => ({ ...before, ...change }));
  const saving = stream === undefined ? creating : updating;

  /** Returns the stream's input, or null and shows an error if the variables are not JSON. */
  const read = (): StreamInput | null => {
    try {
      return streamInputOf(draft, stream);
    } catch (error) {
      const message = `variables must be a JSON object: ${(error as Error).message}`;
      setFaults([{ code: 'BAD_USER_INPUT', message, path: 'variables' }]);
      return null;
    }
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const input = read();
    if (input === null) return;
    if (input.id === '') return setFaults([MISSING_ID]);
    const saved = await saving.run({ stream: input });
    setFaults(saved?.written.errors ?? []);
    if (saved?.written.stream) onSaved(saved.written.stream.id);
  };

  return (
    <>
      <header class="page-head">
        <p class="small">
          <Link href={hrefOf('streams')}>Streams</Link>
        </p>
        <h1>{stream === undefined ? 'Define a stream' : `Edit ${stream.id}`}</h1>
        <p class="muted">
          Expressions are CEL over <code>event</code> and <code>vars</code>: <code>event.amount</code>,{' '}
          <code>event.placement == 'home'</code>.
        </p>
      </header>
      <form class="card stream-form" onSubmit={(event) => void submit(event)} noValidate>
        <div class="form-grid">
          <Field label="Id" hint="Letters, digits, - _ ." faults={faultsAt(faults, 'id')}>
            {({ id, describedBy, invalid }) => (
              <input
                id={id}
                aria-describedby={describedBy}
                aria-invalid={invalid}
                value={draft.id}
                disabled={stream !== undefined}
                onInput={(event) => set({ id: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field label="Description" faults={faultsAt(faults, 'description')}>
            {({ id, describedBy }) => (
              <input
                id={id}
                aria-describedby={describedBy}
                value={draft.description}
                onInput={(event) => set({ description: event.currentTarget.value })}
              />
            )}
          </Field>
        </div>
        <EventTypes from={draft.from} onChange={(from) => set({ from })} />
        <Field label="Filter" hint="Which events count. Empty: all events." faults={faultsAt(faults, 'filter')}>
          {({ id, describedBy, invalid }) => (
            <textarea
              id={id}
              class="code"
              rows={2}
              spellcheck={false}
              aria-describedby={describedBy}
              aria-invalid={invalid}
              value={draft.filter}
              onInput={(event) => set({ filter: event.currentTarget.value })}
            />
          )}
        </Field>
        <ExpressionRows
          title="Derived fields"
          hint="New fields, available as event.<name>. A field can use the fields above it."
          path="derive"
          most={20}
          rows={draft.derive}
          faults={faults}
          onChange={(derive) => set({ derive })}
        />
        <ExpressionRows
          title="Keys"
          hint="The stream has separate windows for each combination of key values."
          path="keys"
          most={5}
          rows={draft.keys}
          faults={faults}
          onChange={(keys) => set({ keys })}
        />
        <AggregateRows rows={draft.aggregates} faults={faults} onChange={(aggregates) => set({ aggregates })} />
        <WindowFields draft={draft} faults={faults} onChange={set} />
        <Field
          label="Variables"
          hint="A JSON object that expressions can use as vars."
          faults={faultsAt(faults, 'variables')}
        >
          {({ id, describedBy, invalid }) => (
            <textarea
              id={id}
              class="code"
              rows={2}
              spellcheck={false}
              aria-describedby={describedBy}
              aria-invalid={invalid}
              value={draft.variables}
              onInput={(event) => set({ variables: event.currentTarget.value })}
            />
          )}
        </Field>
        {stream === undefined && (
          <label class="check">
            <input
              type="checkbox"
              checked={draft.backfill}
              onChange={(event) => set({ backfill: event.currentTarget.checked })}
            />
            <span>Include past events from the log</span>
          </label>
        )}
        {stream?.over == null && stream?.join == null && (
          <StreamPreview read={read} draft={draft} onFaults={setFaults} />
        )}
        <ErrorNote error={saving.error} title="Not saved" />
        <ItemErrors errors={faultsElsewhere(faults, STREAM_FIELD_PATHS)} />
        <div class="actions end">
          <button class="button" type="button" onClick={onCancel}>
            Cancel
          </button>
          <button class="button primary" disabled={saving.isRunning}>
            {saving.isRunning ? 'Saving …' : stream === undefined ? 'Define' : 'Save'}
          </button>
        </div>
      </form>
    </>
  );
}
