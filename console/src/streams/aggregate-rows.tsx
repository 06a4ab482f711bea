import { formatEnum } from '../ui/format';
import type { ItemFault } from '../ui/item-fault';
import { faultsAt } from './faults-at';
import { RowFaults } from './row-faults';
import type { AggregateDraft } from './stream-draft';

const KINDS: readonly AggregateDraft['kind'][] = [
  'COUNT',
  'SUM',
  'AVERAGE',
  'MIN',
  'MAX',
  'DISTINCT',
  'QUANTILES',
  'TOP',
];

interface Props {
  readonly rows: readonly AggregateDraft[];
  readonly faults: readonly ItemFault[];
  readonly onChange: (rows: readonly AggregateDraft[]) => void;
}

/** Form rows of a stream's aggregates. */
export function AggregateRows({ rows, faults, onChange }: Props) {
  const set = (index: number, change: Partial<AggregateDraft>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...change } : row)));
  return (
    <fieldset>
      <legend>Figures</legend>
      <p class="hint">COUNT without an expression counts events. A filter excludes events from its figure only.</p>
      {rows.map((row, index) => (
        <div key={index} class="form-line">
          <input
            aria-label={`Figure ${index + 1}: name`}
            placeholder="name"
            value={row.name}
            onInput={(event) => set(index, { name: event.currentTarget.value })}
          />
          <select
            aria-label={`Figure ${index + 1}: kind`}
            value={row.kind}
            onChange={(event) => set(index, { kind: event.currentTarget.value as AggregateDraft['kind'] })}
          >
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {formatEnum(kind)}
              </option>
            ))}
          </select>
          <input
            class="code grow"
            aria-label={`Figure ${index + 1}: expression`}
            placeholder={row.kind === 'COUNT' ? 'of events' : 'event.amount'}
            spellcheck={false}
            value={row.expression}
            onInput={(event) => set(index, { expression: event.currentTarget.value })}
          />
          <input
            class="code grow"
            aria-label={`Figure ${index + 1}: filter`}
            placeholder="filter"
            spellcheck={false}
            value={row.filter}
            onInput={(event) => set(index, { filter: event.currentTarget.value })}
          />
          {rows.length > 1 && (
            <button class="button quiet" type="button" onClick={() => onChange(rows.filter((_, at) => at !== index))}>
              Remove<span class="visually-hidden"> {row.name}</span>
            </button>
          )}
          <RowFaults faults={faultsAt(faults, `aggregates[${index}]`)} />
        </div>
      ))}
      <RowFaults faults={faults.filter((fault) => fault.path === 'aggregates')} />
      {rows.length < 20 && (
        <button
          class="button small"
          type="button"
          onClick={() => onChange([...rows, { name: '', kind: 'COUNT', expression: '', filter: '' }])}
        >
          Add<span class="visually-hidden"> a figure</span>
        </button>
      )}
    </fieldset>
  );
}
