import fc from 'fast-check';
import {
  ADDRESS_SHARE,
  STORAGE_SHARES,
  StorageAllowance,
  VISIT_SHARE,
  type StorageKind,
} from '../../../src/events/storage-allowance.service';
import { storageSenderOf, type StorageSender } from '../../../src/events/storage-sender';
import { networksOf } from '../../../src/graphql/http/client-address';
import type { Pool } from '../../../src/platform/postgres';

const DAY_MS = 86_400_000;
const BYTES_PER_DAY = 1_000_000;
const sender = (visit: string, address: string | null = null): StorageSender => ({
  visit,
  networks: address === null ? [] : networksOf(address),
});

/** The sums of all processes, as PostgreSQL has them. */
function sharedSums() {
  const sums = new Map<string, number>();
  let isDown = false;
  const query = (_: unknown, values: readonly [number, string]) => {
    if (isDown) return Promise.reject(new Error('no connection'));
    const [today, growths] = values;
    for (const { day, kind, bytes } of JSON.parse(growths) as { day: number; kind: string; bytes: number }[])
      sums.set(`${day} ${kind}`, (sums.get(`${day} ${kind}`) ?? 0) + bytes);
    const rows = Object.keys(STORAGE_SHARES).map((kind) => ({
      ...{ day: today, kind, bytes: sums.get(`${today} ${kind}`) ?? 0 },
    }));
    return Promise.resolve({ rows });
  };
  return { sums, pool: { query } as unknown as Pool, setDown: (down: boolean) => void (isDown = down) };
}

function allowance(pool: Pool, now: () => number, bytesPerDay = BYTES_PER_DAY) {
  return new StorageAllowance({ pool, log: { warn: () => undefined } as never, bytesPerDay, now });
}

describe('what storefront keys may make the shop store', () => {
  it('is limited for a visit until the next day', () => {
    let now = 0.75 * DAY_MS;
    const storage = allowance(sharedSums().pool, () => now);
    const limit = BYTES_PER_DAY * STORAGE_SHARES.EVENTS * VISIT_SHARE;
    storage.charge('EVENTS', sender('one'), limit);
    let refusal: unknown;
    try {
      storage.charge('EVENTS', sender('one'), 1);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED', extensions: { retryAfterMs: 0.25 * DAY_MS } });
    expect(storage.tryCharge('SEARCHES', sender('one'), 1)).toBe(true);
    expect(storage.tryCharge('EVENTS', sender('two'), 1)).toBe(true);
    now = DAY_MS;
    expect(storage.tryCharge('EVENTS', sender('one'), limit)).toBe(true);
  });

  it('is limited for an address with any number of visits', () => {
    const storage = allowance(sharedSums().pool, () => 0);
    let bytes = 0;
    for (let n = 0; n < 10_000; n++) if (storage.tryCharge('EVENTS', sender(`v${n}`, 'a'), 100)) bytes += 100;
    expect(bytes).toBe(BYTES_PER_DAY * STORAGE_SHARES.EVENTS * ADDRESS_SHARE);
    expect(storage.tryCharge('EVENTS', sender('v0', 'b'), 100)).toBe(true);
  });

  it('is limited for a wider network of IPv6 with any number of addresses', () => {
    const limit = BYTES_PER_DAY * STORAGE_SHARES.EVENTS * ADDRESS_SHARE;
    const storedBy = (address: (n: number) => string) => {
      const storage = allowance(sharedSums().pool, () => 0);
      let bytes = 0;
      for (let n = 0; n < 10_000; n++) if (storage.tryCharge('EVENTS', sender(`v${n}`, address(n)), 100)) bytes += 100;
      return bytes;
    };
    const hex = (n: number) => (n % 256).toString(16).padStart(2, '0');
    expect(storedBy((n) => `2001:db8:1:2::${n.toString(16)}`)).toBe(limit);
    expect(storedBy((n) => `2001:db8:1:2${hex(n)}::1`)).toBe(limit * 2);
    expect(storedBy((n) => `2001:db8:1:${hex(n)}00::1`)).toBe(limit * 4);
  });

  it('reserves nothing for a new /64 of a heavy network', () => {
    const storage = allowance(sharedSums().pool, () => 0);
    for (let n = 0; n < 1_000; n++)
      for (let count = 0; count < 20; count++)
        storage.tryCharge('EVENTS', sender(`v${n} ${count}`, `2001:db8:${n % 100}:${n.toString(16)}::1`), 1_000);
    expect(storage.tryCharge('EVENTS', sender('heavy', '2001:db8:0:ffff::1'), 100)).toBe(false);
    expect(storage.tryCharge('EVENTS', sender('bystander', '2001:db8:ffff::1'), 100)).toBe(true);
  });

  it('leaves room for light addresses when heavy ones have used up theirs', () => {
    const storage = allowance(sharedSums().pool, () => 0);
    for (let n = 0; n < 1_000; n++)
      for (let count = 0; count < 20; count++)
        storage.tryCharge('EVENTS', sender(`v${n} ${count}`, `a${n % 100}`), 1_000);
    expect(storage.tryCharge('EVENTS', sender('heavy', 'a0'), 1_000)).toBe(false);
    expect(storage.tryCharge('EVENTS', sender('bystander', 'b'), 100)).toBe(true);
  });

  it("is unlimited for the shop's own keys, and with the setting 0", () => {
    const key = { keyId: 'k', sessionId: 'v' };
    expect(storageSenderOf({ ...key, scope: 'SERVER' }, '203.0.113.1')).toBeNull();
    expect(storageSenderOf({ ...key, scope: 'STOREFRONT' }, '2001:db8::1')).toEqual({
      visit: 'session v',
      networks: networksOf('2001:db8::1'),
    });
    const limited = allowance(sharedSums().pool, () => 0);
    expect(limited.tryCharge('EVENTS', null, 1e12)).toBe(true);
    const unlimited = allowance(sharedSums().pool, () => 0, 0);
    expect(unlimited.tryCharge('EVENTS', sender('one'), 1e12)).toBe(true);
  });

  it('is what was let in, over all processes, and never above a limit', async () => {
    const step = fc.record({
      process: fc.nat(2),
      kind: fc.constantFrom(...(Object.keys(STORAGE_SHARES) as StorageKind[])),
      visit: fc.nat(30),
      address: fc.option(fc.nat(20), { nil: null }),
      bytes: fc.nat(4_000),
      ms: fc.nat(DAY_MS / 50),
      isDown: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 200 }), async (steps) => {
        let now = 0;
        const { pool, sums, setDown } = sharedSums();
        const processes = [0, 1, 2].map(() => allowance(pool, () => now));
        const stored = new Map<string, number>();
        const count = (key: string, bytes: number) => {
          stored.set(key, (stored.get(key) ?? 0) + bytes);
          return stored.get(key)!;
        };
        for (const { process, kind, visit, address, bytes, ms, isDown } of steps) {
          now += ms;
          setDown(isDown);
          await processes[process].sync().catch(() => undefined);
          const who = sender(`v${visit}`, address === null ? null : `a${address}`);
          if (!processes[process].tryCharge(kind, who, bytes)) continue;
          const day = Math.floor(now / DAY_MS);
          const limit = BYTES_PER_DAY * STORAGE_SHARES[kind];
          count(`${day} ${kind}`, bytes);
          expect(count(`${day} ${kind} ${process} ${visit}`, bytes)).toBeLessThanOrEqual(limit * VISIT_SHARE);
          if (address !== null)
            expect(count(`${day} ${kind} ${process} at ${address}`, bytes)).toBeLessThanOrEqual(limit * ADDRESS_SHARE);
        }
        setDown(false);
        for (const process of processes) await process.sync();
        for (const [key, bytes] of sums) {
          expect(bytes).toBe(stored.get(key) ?? 0);
          // A process does not know what the others have counted since its last synchronisation.
          expect(bytes).toBeLessThanOrEqual(BYTES_PER_DAY * STORAGE_SHARES[key.split(' ')[1] as StorageKind] * 3);
        }
      }),
      { numRuns: 25 },
    );
  });
});
