import type { SegmentReport } from '../src/evaluation/customers/evaluate-segments';
import { formatIsoDay } from './evaluation-window';

/** Prints the segments of customers as of a cut, and how many customers a refit moves. */
export function printSegments({ customers, newCustomers, segments, refit, reason }: SegmentReport): void {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  if (segments.length === 0) {
    print(`No segments: ${reason}`);
    return;
  }
  print(`Segments of ${customers} customers (${newCustomers} others have no order yet)`);
  for (const { id, name, description, share } of segments) {
    print(`${String(id).padStart(4)} ${percent(share).padStart(7)}  ${name}`);
    print(`${' '.repeat(14)}${description}`);
  }
  if (refit === null) {
    print(`No refit: ${reason}`);
    return;
  }
  const { previousAsOf, previousSegments, adjustedRandIndex, changedShare, changedWithoutHistory, added, retired } =
    refit;
  print(
    `The same customers, assigned by the version of ${formatIsoDay(previousAsOf)} (${previousSegments} segments) and by the refit: ` +
      `adjusted Rand index ${adjustedRandIndex.toFixed(3)}, ${percent(changedShare)} change their segment` +
      (changedWithoutHistory === null ? '' : ` (${percent(changedWithoutHistory)} without the weight of history)`),
  );
  print(`New segments: ${added.join(', ') || 'none'}; ended segments: ${retired.join(', ') || 'none'}`);
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
