import { isLongerThan } from '../../expressions/code-points';
import { ATTRIBUTE_SEPARATOR } from './index-settings';
import { facetText } from './plain-text';

/** Maximum number of attribute values of one product that facets count. The words of all values are searchable. */
export const MAX_FACET_VALUES = 100;
/** Maximum length of a facet value, in UTF-16 code units. Facets omit longer values. */
export const MAX_FACET_VALUE_LENGTH = 100;

/** Yields each string, number and boolean with its attribute's name. A list yields each of its elements separately. */
export function* attributeEntries(
  attributes: Readonly<Record<string, unknown>>,
): Generator<readonly [name: string, value: string | number | boolean]> {
  for (const [name, value] of Object.entries(attributes)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean') yield [name, one];
    }
  }
}

/** Returns the facet value of an attribute value; undefined if it is empty or too long for a facet. */
export function attributeFacetValue(name: string, value: string | number | boolean): string | undefined {
  const text = facetText(String(value).replaceAll(ATTRIBUTE_SEPARATOR, ' '));
  if (text === '' || isLongerThan(text, MAX_FACET_VALUE_LENGTH)) return undefined;
  return name.replaceAll(ATTRIBUTE_SEPARATOR, ' ') + ATTRIBUTE_SEPARATOR + text;
}

/**
 * Returns the facet values of a product's attributes, each once. Omits values that are too long and those after the
 * first {@link MAX_FACET_VALUES}.
 */
export function attributeFacetValues(attributes: Readonly<Record<string, unknown>>): string[] {
  const values = new Set<string>();
  for (const [name, one] of attributeEntries(attributes)) {
    if (values.size === MAX_FACET_VALUES) break;
    const value = attributeFacetValue(name, one);
    if (value !== undefined) values.add(value);
  }
  return [...values];
}

/**
 * Counts the different attribute values of a product that facets omit: those that are too long, and those after the
 * first {@link MAX_FACET_VALUES}.
 */
export function countOmittedFacetValues(attributes: Readonly<Record<string, unknown>>): {
  tooLong: number;
  tooMany: number;
} {
  const values = new Set<string>();
  const long = new Set<string>();
  for (const [name, one] of attributeEntries(attributes)) {
    const value = attributeFacetValue(name, one);
    if (value !== undefined) values.add(value);
    else if (String(one).trim() !== '') long.add(name + ATTRIBUTE_SEPARATOR + facetText(String(one)));
  }
  return { tooLong: long.size, tooMany: Math.max(0, values.size - MAX_FACET_VALUES) };
}
