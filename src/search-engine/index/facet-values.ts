import type { FacetSettings } from './settings';

/** Returns a document's values, each once. For a path, its ancestor paths are included. */
export function distinctFacetValues(
  { pathSeparator }: FacetSettings,
  given: readonly string[] | undefined,
): readonly string[] {
  if (given === undefined) return [];
  if (pathSeparator === undefined) return given.length > 1 ? [...new Set(given)] : given;
  const values = new Set<string>();
  for (const path of given) {
    for (let at = path.indexOf(pathSeparator); at >= 0; at = path.indexOf(pathSeparator, at + pathSeparator.length))
      values.add(path.slice(0, at));
    values.add(path);
  }
  return [...values];
}

/** Returns the parent of a path; '' for a root. */
export function parentOf(path: string, pathSeparator: string): string {
  const at = path.lastIndexOf(pathSeparator);
  return at < 0 ? '' : path.slice(0, at);
}
