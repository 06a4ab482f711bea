/** Chosen values by the facet's field. */
export type Chosen = Readonly<Record<string, readonly string[]>>;

export function toggled(chosen: Chosen, field: string, value: string): Chosen {
  const values = chosen[field] ?? [];
  return { ...chosen, [field]: values.includes(value) ? values.filter((one) => one !== value) : [...values, value] };
}

export const chosenFilters = (chosen: Chosen): { field: string; values: string[] }[] =>
  Object.entries(chosen)
    .filter(([, values]) => values.length > 0)
    .map(([field, values]) => ({ field, values: [...values] }));
