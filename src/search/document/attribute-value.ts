import { ATTRIBUTE_SEPARATOR } from './index-settings';

/** Values of one product that facets count. Words of all values are searched. */
export const MAX_FACET_VALUES = 100;
/** Facets leave out longer values, in UTF-16 code units. */
export const MAX_FACET_VALUE_LENGTH = 100;

/** The texts, numbers and booleans of attributes, with their names; lists one by one. */
export function* attributeEntries(
  attributes: Readonly<Record<string, unknown>>,
): Generator<readonly [name: string, value: string | number | boolean]> {
  for (const [name, given] of Object.entries(attributes)) {
    for (const one of Array.isArray(given) ? (given as unknown[]) : [given]) {
      if (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean') yield [name, one];
    }
  }
}

/** What the facet of attributes has of a value; undefined where it is none that can be chosen. */
export function attributeValue(name: string, value: string | number | boolean): string | undefined {
  const shown = String(value).replaceAll(ATTRIBUTE_SEPARATOR, ' ').trim();
  if (shown === '' || shown.length > MAX_FACET_VALUE_LENGTH) return undefined;
  return name.replaceAll(ATTRIBUTE_SEPARATOR, ' ') + ATTRIBUTE_SEPARATOR + shown;
}

/** The values of a product that facets count, each once: the first {@link MAX_FACET_VALUES} that are short enough. */
export function facetValues(attributes: Readonly<Record<string, unknown>>): string[] {
  const values = new Set<string>();
  for (const [name, one] of attributeEntries(attributes)) {
    if (values.size === MAX_FACET_VALUES) break;
    const value = attributeValue(name, one);
    if (value !== undefined) values.add(value);
  }
  return [...values];
}

/** How many values of a product facets leave out, each value once: longer ones, and those after the first {@link MAX_FACET_VALUES}. */
export function valuesBeyondFacets(attributes: Readonly<Record<string, unknown>>): {
  tooLong: number;
  tooMany: number;
} {
  const values = new Set<string>();
  const long = new Set<string>();
  for (const [name, one] of attributeEntries(attributes)) {
    const value = attributeValue(name, one);
    if (value !== undefined) values.add(value);
    else if (String(one).trim() !== '') long.add(name + ATTRIBUTE_SEPARATOR + String(one).trim());
  }
  return { tooLong: long.size, tooMany: Math.max(0, values.size - MAX_FACET_VALUES) };
}
