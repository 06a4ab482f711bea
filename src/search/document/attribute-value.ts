import { ATTRIBUTE_SEPARATOR } from './index-settings';

/** Of one product. */
export const MOST_ATTRIBUTE_VALUES = 100;
/** Longer texts are no values that anybody chooses from, in UTF-16 code units. */
const LONGEST_VALUE = 100;

/** What the facet of attributes has of a value; undefined where it is none that can be chosen. */
export function attributeValue(name: string, value: string | number | boolean): string | undefined {
  const shown = String(value).replaceAll(ATTRIBUTE_SEPARATOR, ' ').trim();
  if (shown === '' || shown.length > LONGEST_VALUE) return undefined;
  return name.replaceAll(ATTRIBUTE_SEPARATOR, ' ') + ATTRIBUTE_SEPARATOR + shown;
}
