import { readVisitors } from '../../../src/customers/behaviour/visitors.store';
import type { VisitorEvents } from '../../../src/customers/behaviour/visitor-sessions';
import { ErasureConflict } from '../../../src/platform/erasure-conflict';
import type { Pool } from '../../../src/platform/postgres';
import { readLogAtOnce, type LogAtOnce } from '../../setup/log-at-once';
import { RandomLog } from '../../setup/random-log';

const DAYS = 90;
const DAY = 86_400_000;
const ROUNDS = 8;

let log: RandomLog;

afterEach(() => log.end());

async function readAll(pool: Pool, pageSize: number, maxEvents = 1e6) {
  const visitors: VisitorEvents[] = [];
  const options = { days: DAYS, maxEvents, onVisitor: (visitor: VisitorEvents) => visitors.push(visitor) };
  return { read: await readVisitors(pool, options, pageSize), visitors };
}

/** The subjects, times and positions of each visitor's events according to a read of the whole log, by visitor. */
function expectedEvents({ events, optedOut }: LogAtOnce): Map<string, string[]> {
  const isOfSession = ({ source, type }: { source: string; type: string }) =>
    source === 'STOREFRONT' || type === 'PURCHASE';
  const until = Math.max(
    ...events.filter((event) => isOfSession(event) && event.type !== 'PURCHASE').map(({ occurredAt }) => occurredAt),
  );
  const byOwner = new Map<string, string[]>();
  for (const event of events) {
    const { owner, subject, occurredAt, position, type } = event;
    if (owner === null || optedOut.has(owner) || !isOfSession(event)) continue;
    if (type !== 'PURCHASE' && occurredAt < until - DAYS * DAY) continue;
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), `${subject} ${occurredAt} ${position}`].sort());
  }
  return byOwner;
}

const textsOf = (visitors: readonly VisitorEvents[]) =>
  new Map(
    visitors.map(({ visitor, events }) => [
      visitor,
      events.map(({ subject, at, position }) => `${subject} ${at} ${position}`).sort(),
    ]),
  );

it.each([1, 2, 3])(
  'visitors are those of one log position, and not what is written between the pages (seed %i)',
  async (seed) => {
    log = await RandomLog.create(seed);
    let written = 0;
    let merges = 0;
    let sampled = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (let step = 0; step < 12; step++) await log.write();
      const expected = await readLogAtOnce(log.pool);
      const maxEvents = round % 4 === 3 ? 10 : 1e6;
      const whole = await readAll(log.pool, 500, maxEvents);
      expect(whole.read.position).toBe(expected.position);
      if (whole.read.weight > 1) sampled++;
      else expect(textsOf(whole.visitors)).toEqual(expectedEvents(expected));
      const changing = log.writingBetween(async () => {
        written++;
        await log.write();
      });
      expect(await readAll(changing, 1 + (round % 3), maxEvents)).toEqual(whole);
      expect((await readLogAtOnce(log.pool)).position).toBeGreaterThan(expected.position);
      merges += whole.visitors.reduce((sum, visitor) => sum + visitor.merges.length, 0);
    }
    expect(written).toBeGreaterThan(5 * ROUNDS);
    expect(merges).toBeGreaterThan(ROUNDS);
    expect(sampled).toBeGreaterThan(0);
  },
);

it('a person who is erased between two pages ends the read', async () => {
  log = await RandomLog.create(4);
  for (let step = 0; step < 60; step++) await log.write();
  const { owner } = (await readLogAtOnce(log.pool)).events.find((event) => event.owner?.startsWith('c:'))!;
  await expect(readAll(log.erasingAfter(5, owner!.slice(2)), 1)).rejects.toThrow(ErasureConflict);
  const { visitors } = await readAll(log.pool, 1);
  expect(textsOf(visitors)).toEqual(expectedEvents(await readLogAtOnce(log.pool)));
});
