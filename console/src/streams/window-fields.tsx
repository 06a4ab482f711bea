import type { ItemFault } from '../ui/item-fault';
import { Field } from '../ui/field';
import { faultsAt } from './faults-at';
import { RowFaults } from './row-faults';
import type { StreamDraft } from './stream-draft';

interface Props {
  readonly draft: StreamDraft;
  readonly faults: readonly ItemFault[];
  readonly onChange: (change: Partial<StreamDraft>) => void;
}

type Text = 'size' | 'slide' | 'gap' | 'timeZone' | 'lateness' | 'retention';

const KINDS: readonly {
  readonly kind: StreamDraft['kind'];
  readonly title: string;
  readonly fields: readonly Text[];
}[] = [
  { kind: 'TUMBLING', title: 'Tumbling', fields: ['size', 'timeZone'] },
  { kind: 'HOPPING', title: 'Hopping', fields: ['size', 'slide', 'timeZone'] },
  { kind: 'SESSION', title: 'Session', fields: ['gap'] },
];

const TITLES: Readonly<Record<Text, string>> = {
  size: 'Size',
  slide: 'Slide',
  gap: 'Gap',
  timeZone: 'Time zone',
  lateness: 'Lateness',
  retention: 'Retention',
};

/** Fields of the stream itself, not of its window. */
const STREAM_FIELDS: ReadonlySet<Text> = new Set(['lateness', 'retention']);

const HINTS: Readonly<Partial<Record<Text, string>>> = { retention: 'Empty: windows are stored forever.' };

/** Form fields of a stream's window, lateness and retention. Durations are ISO 8601. */
export function WindowFields({ draft, faults, onChange }: Props) {
  const fields: readonly Text[] = [...KINDS.find(({ kind }) => kind === draft.kind)!.fields, 'lateness', 'retention'];
  return (
    <fieldset>
      <legend>Windows</legend>
      <p class="hint">
        Tumbling windows follow each other. Hopping windows overlap. A session ends when no event follows within the
        gap. Durations are ISO 8601: PT1M is a minute, PT1H an hour, P1D a day, P1W a week.
      </p>
      <div class="form-grid">
        <Field label="Kind" faults={faultsAt(faults, 'window.kind')}>
          {({ id }) => (
            <select
              id={id}
              value={draft.kind}
              onChange={(event) => onChange({ kind: event.currentTarget.value as StreamDraft['kind'] })}
            >
              {KINDS.map(({ kind, title }) => (
                <option key={kind} value={kind}>
                  {title}
                </option>
              ))}
            </select>
          )}
        </Field>
        {fields.map((name) => (
          <Field
            key={name}
            label={TITLES[name]}
            hint={HINTS[name]}
            faults={faultsAt(faults, STREAM_FIELDS.has(name) ? name : `window.${name}`)}
          >
            {({ id, describedBy, invalid }) => (
              <input
                id={id}
                aria-describedby={describedBy}
                aria-invalid={invalid}
                value={draft[name]}
                onInput={(event) => onChange({ [name]: event.currentTarget.value })}
              />
            )}
          </Field>
        ))}
      </div>
      <RowFaults faults={faults.filter(({ path }) => path === 'window')} />
    </fieldset>
  );
}
