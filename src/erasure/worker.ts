import { runPeriodically } from '../platform/run-periodically';
import type { WorkerContext, WorkerNeeds } from '../rooms/room';
import { running } from '../rooms/running';
import { ErasureService } from './erasure.service';
import type { needs } from './room';

const ERASE_MS = 1_000;

/** Executes pending erasures, also those that a crash has interrupted. */
export function worker({ log, config, rooms }: WorkerContext, { events: { eventLog } }: WorkerNeeds<typeof needs>) {
  const erasures = new ErasureService(eventLog, log, config.erasureIntervalMs, rooms);
  return running(() => runPeriodically(ERASE_MS, log, () => erasures.resume()));
}
