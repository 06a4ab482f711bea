/** Separates the levels of a category path. */
export const CATEGORY_SEPARATOR = ' > ';

/** Returns a path with all that it is below, the deepest first: `A > B > C`, `A > B`, `A`. */
export function pathsAbove(category: string): string[] {
  const paths = [category];
  for (
    let end = category.lastIndexOf(CATEGORY_SEPARATOR);
    end > 0;
    end = category.lastIndexOf(CATEGORY_SEPARATOR, end - 1)
  )
    paths.push(category.slice(0, end));
  return paths;
}

/** Returns the paths of a product that none of its other paths continues, the last one first. */
export function mostSpecific(categories: readonly string[]): string[] {
  return categories
    .filter((path) => !categories.some((other) => other.startsWith(path + CATEGORY_SEPARATOR)))
    .reverse();
}
