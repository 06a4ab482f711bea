import { SearchIndex } from '../src/search-engine/index/search-index';
import type { Segment } from '../src/search-engine/index/segment';
import { decodeSegment, encodeSegment } from '../src/search-engine/index/segment-codec';
import { type BenchRow, percentile } from './row';
import { SETTINGS } from './search-freshet';

const ROUNDS = 20;

/**
 * Measures how long loading a base segment holds the event loop without a pause; another thread builds segments. CPU
 * milliseconds, p50 and p99 over rounds.
 */
export function baseSegmentRow(segment: Segment, thousands: string): BenchRow {
  const bytes = encodeSegment(segment);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = process.cpuUsage();
    new SearchIndex(SETTINGS, decodeSegment(bytes));
    const { user, system } = process.cpuUsage(began);
    times.push((user + system) / 1_000);
  }
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
  return { name: `base segment: loaded, ${thousands}`, subject: 'freshet', p50, p99 };
}
