/** Holds the list item for which a macro (`exists`, `map`, …) is currently evaluating its body. */
export interface Cell {
  value: unknown;
}

/**
 * Evaluates a macro over a list. A body is an expression that the macro evaluates for each item. `map` may have two
 * bodies: a filter and the value.
 * @param step runs the n-th body, counted from 0, on the item in the cell
 * @param bodyCount number of bodies
 */
type Macro = (items: readonly unknown[], cell: Cell, step: (n: number) => unknown, bodyCount: number) => unknown;

export const MACROS: Readonly<Record<string, Macro>> = {
  exists: (items, cell, step) => decidedBy(true, items, cell, step),
  all: (items, cell, step) => decidedBy(false, items, cell, step),

  exists_one: (items, cell, step) => {
    let found = 0;
    for (const item of items) {
      cell.value = item;
      const holds = step(0);
      if (typeof holds !== 'boolean') return undefined;
      if (holds) found++;
    }
    return found === 1;
  },

  filter: (items, cell, step) => filterItems(items, cell, step, () => cell.value),
  map: (items, cell, step, bodyCount) =>
    bodyCount === 2 ? filterItems(items, cell, step, () => step(1)) : mapItems(items, cell, step),
};

/** Returns `decisive` if the body returns it for one item, even if the body returns no result for other items. */
function decidedBy(
  decisive: boolean,
  items: readonly unknown[],
  cell: Cell,
  step: (n: number) => unknown,
): boolean | undefined {
  let isMissing = false;
  for (const item of items) {
    cell.value = item;
    const holds = step(0);
    if (holds === decisive) return decisive;
    if (holds !== !decisive) isMissing = true;
  }
  return isMissing ? undefined : !decisive;
}

function mapItems(items: readonly unknown[], cell: Cell, step: (n: number) => unknown): unknown[] | undefined {
  const list: unknown[] = [];
  for (const item of items) {
    cell.value = item;
    const value = step(0);
    if (value === undefined) return undefined;
    list.push(value);
  }
  return list;
}

function filterItems(
  items: readonly unknown[],
  cell: Cell,
  step: (n: number) => unknown,
  valueOf: () => unknown,
): unknown[] | undefined {
  const list: unknown[] = [];
  for (const item of items) {
    cell.value = item;
    const holds = step(0);
    if (typeof holds !== 'boolean') return undefined;
    if (!holds) continue;
    const value = valueOf();
    if (value === undefined) return undefined;
    list.push(value);
  }
  return list;
}
