import { readEventsByTime } from '../../../src/events/customer-sample.store';
import { subjectOf, type LogEvent } from '../../../src/events/log-event';
import { ErasureConflict } from '../../../src/platform/erasure-conflict';
import { SIGNAL_EVENT_TYPES } from '../../../src/live-state/signals';
import type { Pool } from '../../../src/platform/postgres';
import { readLogAtOnce, type LogAtOnce } from '../../setup/log-at-once';
import { RandomLog } from '../../setup/random-log';

const ROUNDS = 8;
const ALL = 1_000_000;

let log: RandomLog;

afterEach(() => log.end());

async function readAll(pool: Pool, windowSize: number, limit = ALL) {
  const events: LogEvent[] = [];
  const sample = await readEventsByTime(pool, SIGNAL_EVENT_TYPES, limit, (event) => events.push(event), { windowSize });
  return { sample, events };
}

const textsOf = (events: readonly LogEvent[]) =>
  events.map((event) => `${event.source} ${event.id} ${subjectOf(event)}`);

/** The events and their owners according to a read of the whole log, in order of time. */
const expectedTexts = ({ events }: LogAtOnce) =>
  events
    .filter(({ type }) => (SIGNAL_EVENT_TYPES as readonly string[]).includes(type))
    .map(({ source, id, owner }) => `${source} ${id} ${owner ?? undefined}`);

it.each([1, 2, 3])(
  'events are those of one log position, and not what is written between the windows (seed %i)',
  async (seed) => {
    log = await RandomLog.create(seed);
    let written = 0;
    let sampled = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (let step = 0; step < 12; step++) await log.write();
      const expected = await readLogAtOnce(log.pool);
      const limit = round % 2 === 1 ? Math.ceil(expected.events.length / 3) : ALL;
      const whole = await readAll(log.pool, ALL, limit);
      expect(whole.sample.position).toBe(expected.position);
      if (whole.sample.weight === 1) expect(textsOf(whole.events)).toEqual(expectedTexts(expected));
      else {
        sampled++;
        const all = expectedTexts(expected);
        expect(textsOf(whole.events)).toEqual(all.filter((text) => textsOf(whole.events).includes(text)));
      }
      const changing = log.writingBetween(async () => {
        written++;
        await log.write();
      });
      expect(await readAll(changing, 1 + (round % 3), limit)).toEqual(whole);
      expect((await readLogAtOnce(log.pool)).position).toBeGreaterThan(expected.position);
    }
    expect(written).toBeGreaterThan(10 * ROUNDS);
    expect(sampled).toBeGreaterThan(0);
  },
);

it('of more than twice the limit, the newest are read', async () => {
  log = await RandomLog.create(5);
  for (let step = 0; step < 60; step++) await log.write();
  // Everything belongs to a customer who is in the sample only by a merge, so that no weight makes the sample smaller.
  await log.pool.query('DELETE FROM merges');
  await log.pool.query("UPDATE events SET subject = 'c:ann', customer_id = 'ann', session_id = NULL");
  const { events } = await readAll(log.pool, 3);
  expect(events.length).toBeGreaterThan(30);
  const { rowCount } = await log.pool.query(
    `INSERT INTO merges (position, from_subject, into_subject)
     SELECT position, 'c:ann', (
       SELECT 'c:' || n FROM generate_series(1, 1000000) n, hashtextextended('c:ann', 0) AS h
       WHERE hashtextextended('c:' || n, 0) & (2 * (h & -h) - 1) = 0 LIMIT 1
     ) FROM log_position`,
  );
  expect(rowCount).toBe(1);
  const { sample, events: limited } = await readAll(log.pool, 3, 5);
  expect(sample.weight).toBeGreaterThan(1);
  expect(limited.map(({ id }) => id)).toEqual(events.slice(-10).map(({ id }) => id));
});

it('a person who is erased between two windows ends the read', async () => {
  log = await RandomLog.create(4);
  for (let step = 0; step < 60; step++) await log.write();
  const { owner } = (await readLogAtOnce(log.pool)).events.find((event) => event.owner?.startsWith('c:'))!;
  await expect(readAll(log.erasingAfter(7, owner!.slice(2)), 3)).rejects.toThrow(ErasureConflict);
  const { events } = await readAll(log.pool, 3);
  expect(textsOf(events)).toEqual(expectedTexts(await readLogAtOnce(log.pool)));
});
