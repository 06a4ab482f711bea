/** Returns the paths of JSON values and the types found at each: the properties that a reader of the JSON relies on. */
export type Shape = Record<string, string>;

/**
 * @param maps paths below which keys are data instead of names, such as `units` of `{"units": {"line-1": 2}}`: each key
 * becomes `*`
 */
export function shapeOf(values: readonly unknown[], maps: readonly string[] = []): Shape {
  const types = new Map<string, Set<string>>();
  for (const value of values) walk('', value, maps, types);
  const shape: Shape = {};
  for (const path of [...types.keys()].sort()) {
    const found = [...(types.get(path) as Set<string>)];
    // Whether a value was present depends on when the row was written.
    const known = found.filter((type) => type !== 'null');
    shape[path] = known.length > 0 ? known.sort().join('|') : 'null';
  }
  return shape;
}

function walk(path: string, value: unknown, maps: readonly string[], types: Map<string, Set<string>>): void {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  let known = types.get(path);
  if (known === undefined) types.set(path, (known = new Set()));
  known.add(type);
  if (Array.isArray(value)) for (const item of value) walk(`${path}[]`, item, maps, types);
  else if (type === 'object')
    for (const [key, item] of Object.entries(value as object))
      walk(`${path}.${maps.includes(path) ? '*' : key}`, item, maps, types);
}
