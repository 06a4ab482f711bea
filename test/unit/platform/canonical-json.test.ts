import { seededRandom } from '../../../src/learn/seeded-random';
import { canonicalJson } from '../../../src/platform/canonical-json';

const random = seededRandom(4);
const below = (n: number) => Math.floor(random() * n);
const KEYS = ['b', 'a', 'ä', 'A', '10', '2', '01', '__proto__', 'toString', ''];

function value(depth: number): unknown {
  const kind = below(depth === 0 ? 5 : 8);
  if (kind < 5) return [null, undefined, random(), 'text \u2028 "', new Date(below(1e12))][kind];
  const parts = Array.from({ length: below(4) }, () => value(depth - 1));
  if (kind === 5) return parts;
  return Object.fromEntries(parts.map((part) => [KEYS[below(KEYS.length)], part]));
}

/** As a replacer of `JSON.stringify` sorts the keys. The digests of stored events depend on this order. */
function withReplacer(each: unknown): string {
  return JSON.stringify(each, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

it('gives the same text for any order of keys, and the same as a replacer that sorts them', () => {
  for (let round = 0; round < 2_000; round++) {
    const each = { nested: value(4) };
    expect(canonicalJson(each)).toBe(withReplacer(each));
  }
  expect(canonicalJson({ b: 1, a: { d: undefined, c: [{ z: 1, y: 2 }] } })).toBe('{"a":{"c":[{"y":2,"z":1}]},"b":1}');
});
