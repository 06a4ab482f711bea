import { formatBytes, formatSeconds, type System, systemFacts } from '../../../console/src/system/system-facts';

const system: System = {
  ...{ version: '1', alertsFiring: 0, eventsPerSecond: 1.25, inboxEvents: 1, inboxOldestAgeSeconds: 0.04 },
  ...{ connections: 1, subscriptions: 3, postgres: { roundTripSeconds: 0.00042, connections: 12 }, redis: null },
  queues: [
    { queue: 'ingest', jobs: 2, stalledJobs: 0 },
    { queue: 'refresh', jobs: 1, stalledJobs: 1 },
  ],
  models: [
    { kind: 'BLEND', ageSeconds: 90 },
    { kind: 'RANKER', ageSeconds: 7_200 },
  ],
  streams: [
    { stream: 'a', watermarkDelaySeconds: 10 },
    { stream: 'b', watermarkDelaySeconds: 45 },
  ],
  operations: [],
  processes: [],
};

it('shows the sum or the worst of many, and a dash if nothing is known', () => {
  const facts = Object.fromEntries(systemFacts(system).map(({ title, value, hint }) => [title, `${value} ${hint}`]));
  expect(facts).toEqual({
    'Events per second': '1.25 written to the log, average of ten seconds',
    Inbox: '40 ms 1 event waiting',
    Queues: '3 jobs, 1 of them stalled',
    Watermark: '45 s behind, stream b',
    'Oldest model': '2 h Ranker',
    PostgreSQL: '0.42 ms round trip, 12 connections',
    Redis: '– unreachable',
    Subscriptions: '3 over 1 connection',
  });
});

it('leaves out what a shop does not have', () => {
  const titles = systemFacts({ ...system, models: [], streams: [] }).map(({ title }) => title);
  expect(titles).not.toContain('Oldest model');
  expect(titles).not.toContain('Watermark');
});

test.each([
  [0, '0 s'],
  [0.00042, '0.42 ms'],
  [1.23, '1.2 s'],
  [59, '59 s'],
  [180, '3 min'],
  [90_000, '1 d'],
])('%d seconds are %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

test.each([
  [0, '0 B'],
  [1_536, '1.5 KiB'],
  [314_572_800, '300 MiB'],
])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
