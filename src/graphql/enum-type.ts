import { registerEnumType } from 'type-graphql';

/**
 * Registers an enum of the schema.
 * @param descriptions of the values that have one
 * @returns the values as an object: how fields and arguments name the type
 */
export function enumType<const Value extends string>(
  name: string,
  values: readonly Value[],
  description?: string,
  descriptions: { readonly [V in Value]?: string } = {},
): Record<Value, Value> {
  const byName = Object.fromEntries(values.map((value) => [value, value])) as Record<Value, Value>;
  const valuesConfig: { [V in Value]?: { description?: string } } = {};
  for (const value of values) valuesConfig[value] = { description: descriptions[value] };
  registerEnumType(byName, { name, description, valuesConfig });
  return byName;
}
