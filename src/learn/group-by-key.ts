/** Groups indexes of `keys` by key: the indexes of key k are order[starts[k]] … order[starts[k + 1] − 1], ascending. */
export function groupByKey(keys: Int32Array, count: number): { starts: Int32Array; order: Int32Array } {
  const starts = new Int32Array(count + 1);
  for (const key of keys) starts[key + 1]++;
  for (let key = 0; key < count; key++) starts[key + 1] += starts[key];
  const next = starts.slice(0, count);
  const order = new Int32Array(keys.length);
  keys.forEach((key, position) => (order[next[key]++] = position));
  return { starts, order };
}
