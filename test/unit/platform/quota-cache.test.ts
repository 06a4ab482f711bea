import { QuotaCache } from '../../../src/platform/quota-cache';

const quotas = (maxSize: number, ...owners: string[]) => owners.map((owner) => ({ owner, maxSize }));

it('displaces the oldest entries of the owner that has used up its quota', () => {
  const cache = new QuotaCache<number>({ maxSize: 100 });
  cache.set('other', 0, 10, quotas(30, 'b'));
  for (let n = 1; n <= 50; n++) cache.set(`own ${n}`, n, 10, quotas(30, 'a'));
  expect(cache.get('other')).toBe(0);
  expect([47, 48, 49, 50].map((n) => cache.get(`own ${n}`))).toEqual([undefined, 48, 49, 50]);
  cache.set('too large', 1, 31, quotas(30, 'a'));
  expect([cache.get('too large'), cache.get('own 50')]).toEqual([undefined, 50]);
});

it('bounds what each owner has, and the whole, and keeps the newest entry', () => {
  const [maxSize, maxOwner] = [200, 40];
  const cache = new QuotaCache<number>({ maxSize });
  const stored = new Map<string, { size: number; owners: string[] }>();
  let seed = 1;
  const next = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let step = 0; step < 1_000; step++) {
    const key = `key ${next(60)}`;
    const owners = [`visit ${next(5)}`, `address ${next(3)}`];
    const size = 1 + next(50);
    if (next(4) === 0) cache.get(key);
    else {
      cache.set(key, step, size, quotas(maxOwner, ...owners));
      stored.set(key, { size, owners });
      expect(cache.get(key)).toBe(size <= maxOwner ? step : undefined);
    }
    const present = [...stored].filter(([name]) => cache.get(name) !== undefined).map(([, entry]) => entry);
    const total = (entries: typeof present) => entries.reduce((sum, entry) => sum + entry.size, 0);
    expect(total(present)).toBeLessThanOrEqual(maxSize);
    for (const owner of new Set(present.flatMap((entry) => entry.owners)))
      expect(total(present.filter((entry) => entry.owners.includes(owner)))).toBeLessThanOrEqual(maxOwner);
  }
});
