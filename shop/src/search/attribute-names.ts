/** Maximum number of attribute facets of a list. */
const MAX_ATTRIBUTE_FACETS = 4;

interface Described {
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * Returns the attributes to offer as facets: those with at least two different plain values among these products, the
 * most frequent first. Numbers are excluded, because customers do not filter for exactly 1.25 litres.
 * @param chosen attributes that are always included
 */
export function selectFacetAttributes(products: readonly Described[], chosen: readonly string[]): string[] {
  const found = new Map<string, { count: number; readonly values: Set<string> }>();
  for (const { attributes } of products)
    for (const [name, value] of Object.entries(attributes)) {
      const values = (Array.isArray(value) ? (value as unknown[]) : [value]).filter(isPlain).map(String);
      if (values.length === 0) continue;
      const one = found.get(name) ?? { count: 0, values: new Set() };
      one.count++;
      values.forEach((text) => one.values.add(text));
      found.set(name, one);
    }
  const candidates = [...found]
    .filter(([name, { values }]) => values.size > 1 && !chosen.includes(name))
    .sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
    .map(([name]) => name);
  return [...chosen, ...candidates.slice(0, Math.max(0, MAX_ATTRIBUTE_FACETS - chosen.length))];
}

const isPlain = (value: unknown) => typeof value === 'string' || typeof value === 'boolean';
