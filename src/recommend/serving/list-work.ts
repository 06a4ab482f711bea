/** Maximum number of lists per request. */
export const MAX_RAILS = 20;
/** Cost of a list that is not cached, in units of 2 µs: it takes about two milliseconds. */
const LIST_WORK = 1_000;
/** Cost of each further product of a cart. */
const PRODUCT_WORK = 20;

/** Returns the cost of the list or the lists that the arguments ask for. */
export function workOfLists({ input, inputs }: Readonly<Record<string, unknown>>): number {
  // An argument that is not known yet is a list of the greatest length.
  if (Array.isArray(inputs)) return inputs.reduce<number>((sum, one) => sum + workOfList(one), 0);
  return input === undefined ? MAX_RAILS * LIST_WORK : workOfList(input);
}

function workOfList(input: unknown): number {
  const { productIds } = (input ?? {}) as { readonly productIds?: unknown };
  return LIST_WORK + (Array.isArray(productIds) ? Math.max(0, productIds.length - 1) * PRODUCT_WORK : 0);
}
