/** Returns the values as an object, the form in which TypeGraphQL registers an enum. */
export const asEnum = <T extends string>(values: readonly T[]): Record<T, T> =>
  Object.fromEntries(values.map((value) => [value, value])) as Record<T, T>;
