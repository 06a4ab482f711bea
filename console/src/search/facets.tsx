interface Props {
  readonly facets: readonly {
    readonly field: string;
    readonly values: readonly { readonly value: string; readonly count: number; readonly selected: boolean }[];
  }[];
  readonly onToggle: (field: string, value: string) => void;
}

export function Facets({ facets, onToggle }: Props) {
  return (
    <section class="card facets" aria-label="Facets">
      {facets.map(({ field, values }) => (
        <fieldset key={field}>
          <legend>{field}</legend>
          {values.length === 0 && <p class="muted small">none</p>}
          {values.map(({ value, count, selected }) => (
            <label key={value} class="check">
              <input type="checkbox" checked={selected} onChange={() => onToggle(field, value)} />
              <span class="grow">{value}</span>
              <span class="muted small">{count}</span>
            </label>
          ))}
        </fieldset>
      ))}
    </section>
  );
}
