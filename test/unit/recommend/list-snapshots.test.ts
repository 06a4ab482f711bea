import type { SharedCache } from '../../../src/platform/shared-cache';
import { ListSnapshots, type ListSnapshot } from '../../../src/recommend/serving/list-snapshots.service';

/** Of 24 kB, as a list of 200 products with reasons. */
const snapshot = (requestId: string): ListSnapshot => ({
  requestId,
  ranked: [{ productId: 'x'.repeat(24_000), score: 1, reasons: [] }],
  modelVersion: 'm',
  revision: '1',
  asOf: 0,
});

const emptyCache = {
  set: () => undefined,
  get: () => Promise.resolve(null),
} satisfies Pick<SharedCache, 'get' | 'set'> as unknown as SharedCache;

it.each([
  ['one visit', () => 's:attacker', () => null],
  ['one address with many visits', (n: number) => `s:${n}`, () => '198.51.100.1'],
  ['ten addresses', (n: number) => `s:${n}`, (n: number) => `198.51.100.${n % 10}`],
  ['one address without visits', () => '', () => '198.51.100.1'],
])('keeps the lists of others while %s requests many', async (_, ownerOf, clientOf) => {
  const snapshots = new ListSnapshots(emptyCache);
  snapshots.store(snapshot('bystander'), 'c:ann', '203.0.113.1');
  for (let n = 0; n < 5_000; n++) snapshots.store(snapshot(`${n}`), ownerOf(n), clientOf(n));
  expect(await snapshots.find('bystander', 'c:ann')).not.toBeNull();
  expect(await snapshots.find('4999', ownerOf(4_999))).not.toBeNull();
  expect(await snapshots.find('0', ownerOf(0))).toBeNull();
});
