import type { ResultOf } from '@freshet/client';
import { formatCompactNumber, formatNumber, formatEnum } from '../ui/format';
import type { SystemUpdated } from './system-documents';

export type System = ResultOf<typeof SystemUpdated>['systemUpdated'];

/** A figure with its title and explanation. */
export interface Fact {
  readonly title: string;
  readonly value: string;
  readonly hint: string;
}

const UNKNOWN = '–';
/** Normal delay of a watermark: it stays ten seconds behind, and the figures are up to two seconds old. */
const NORMAL_DELAY_SECONDS = 12;

/** Formats the system's figures. An unknown figure is a dash, never a zero. */
export function systemFacts(system: System): Fact[] {
  const { inboxOldestAgeSeconds, inboxEvents, eventsPerSecond, queues, models, streams, postgres, redis } = system;
  const jobs = queues.reduce((sum, queue) => sum + queue.jobs, 0);
  const stalled = queues.reduce((sum, queue) => sum + queue.stalledJobs, 0);
  const oldest = [...models].sort((a, b) => b.ageSeconds - a.ageSeconds)[0];
  const last = [...streams].sort((a, b) => b.watermarkDelaySeconds - a.watermarkDelaySeconds)[0];
  return [
    {
      title: 'Events per second',
      value: eventsPerSecond === null ? UNKNOWN : formatNumber(eventsPerSecond),
      hint: 'written to the log, average of ten seconds',
    },
    {
      title: 'Inbox',
      value: inboxOldestAgeSeconds === null ? UNKNOWN : formatSeconds(inboxOldestAgeSeconds),
      hint: inboxEvents === null ? 'unknown' : inboxEvents === 0 ? 'empty' : `${count(inboxEvents, 'event')} waiting`,
    },
    {
      title: 'Queues',
      value: queues.length === 0 ? UNKNOWN : formatNumber(jobs),
      hint: stalled === 0 ? 'jobs waiting or running' : `jobs, ${formatNumber(stalled)} of them stalled`,
    },
    ...(last === undefined
      ? []
      : [
          {
            title: 'Watermark',
            value: formatSeconds(last.watermarkDelaySeconds),
            hint:
              last.watermarkDelaySeconds <= NORMAL_DELAY_SECONDS
                ? 'behind, as expected'
                : `behind, stream ${last.stream}`,
          },
        ]),
    ...(oldest === undefined
      ? []
      : [{ title: 'Oldest model', value: formatSeconds(oldest.ageSeconds), hint: formatEnum(oldest.kind) }]),
    {
      title: 'PostgreSQL',
      value: postgres === null ? UNKNOWN : formatSeconds(postgres.roundTripSeconds),
      hint: postgres === null ? 'unknown' : `round trip, ${count(postgres.connections, 'connection')}`,
    },
    {
      title: 'Redis',
      value: redis === null ? UNKNOWN : formatSeconds(redis.roundTripSeconds),
      hint: redis === null ? 'unreachable' : `round trip, ${formatBytes(redis.memoryBytes)}`,
    },
    {
      title: 'Subscriptions',
      value: formatNumber(system.subscriptions),
      hint: `over ${count(system.connections, 'connection')}`,
    },
  ];
}

const count = (many: number, what: string) => `${formatCompactNumber(many)} ${what}${many === 1 ? '' : 's'}`;

const SPANS = [
  { seconds: 86_400, name: 'd' },
  { seconds: 3_600, name: 'h' },
  { seconds: 60, name: 'min' },
  { seconds: 1, name: 's' },
];

/** Formats a duration in a suitable unit: `0.4 ms`, `1.2 s`, `3 min`, `5 h`. */
export function formatSeconds(seconds: number): string {
  if (seconds === 0) return '0 s';
  if (seconds < 1) return `${Number((seconds * 1_000).toPrecision(2))} ms`;
  const span = SPANS.find((one) => seconds >= one.seconds)!;
  return `${Number((seconds / span.seconds).toFixed(seconds < 10 ? 1 : 0))} ${span.name}`;
}

const BYTES = [
  { size: 2 ** 30, name: 'GiB' },
  { size: 2 ** 20, name: 'MiB' },
  { size: 2 ** 10, name: 'KiB' },
];

export function formatBytes(bytes: number): string {
  const unit = BYTES.find(({ size }) => bytes >= size);
  if (unit === undefined) return `${bytes} B`;
  return `${Number((bytes / unit.size).toPrecision(3))} ${unit.name}`;
}
