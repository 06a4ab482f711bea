import type { Chosen } from './chosen';

interface Props {
  readonly facets: readonly {
    readonly field: string;
    readonly values: readonly { readonly value: string; readonly count: number }[];
  }[];
  /** Chosen values; shown immediately, before the new counts have loaded. */
  readonly chosen: Chosen;
  readonly onToggle: (field: string, value: string) => void;
}

export function Facets({ facets, chosen, onToggle }: Props) {
  return (
    <section class="card facets" aria-label="Facets">
      {facets.map(({ field, values }) => (
        <fieldset key={field}>
          <legend>{field}</legend>
          {values.length === 0 && <p class="muted small">none</p>}
          {values.map(({ value, count }) => (
            <label key={value} class="check">
              <input
                type="checkbox"
                checked={chosen[field]?.includes(value) ?? false}
                onChange={() => onToggle(field, value)}
              />
              <span class="grow">{value}</span>
              <span class="muted small">{count}</span>
            </label>
          ))}
        </fieldset>
      ))}
    </section>
  );
}
