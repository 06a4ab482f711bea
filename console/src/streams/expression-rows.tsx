import type { ItemFault } from '../ui/item-fault';
import { faultsAt } from './faults-at';
import { RowFaults } from './row-faults';
import type { NamedExpression } from './stream-draft';

interface Props {
  readonly title: string;
  readonly hint: string;
  readonly path: string;
  readonly most: number;
  readonly rows: readonly NamedExpression[];
  readonly faults: readonly ItemFault[];
  readonly onChange: (rows: readonly NamedExpression[]) => void;
}

/** Form rows of named expressions, up to `most`. */
export function ExpressionRows({ title, hint, path, most, rows, faults, onChange }: Props) {
  const set = (index: number, change: Partial<NamedExpression>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...change } : row)));
  return (
    <fieldset>
      <legend>{title}</legend>
      <p class="hint">{hint}</p>
      {rows.map((row, index) => (
        <div key={index} class="form-line">
          <input
            aria-label={`${title} ${index + 1}: name`}
            placeholder="name"
            value={row.name}
            onInput={(event) => set(index, { name: event.currentTarget.value })}
          />
          <input
            class="code grow"
            aria-label={`${title} ${index + 1}: expression`}
            placeholder="event.productId"
            spellcheck={false}
            value={row.expression}
            onInput={(event) => set(index, { expression: event.currentTarget.value })}
          />
          <button class="button quiet" type="button" onClick={() => onChange(rows.filter((_, at) => at !== index))}>
            Remove<span class="visually-hidden"> {row.name}</span>
          </button>
          <RowFaults faults={faultsAt(faults, `${path}[${index}]`)} />
        </div>
      ))}
      <RowFaults faults={faults.filter((fault) => fault.path === path)} />
      {rows.length < most && (
        <button class="button small" type="button" onClick={() => onChange([...rows, { name: '', expression: '' }])}>
          Add
          <span class="visually-hidden"> to {title}</span>
        </button>
      )}
    </fieldset>
  );
}
