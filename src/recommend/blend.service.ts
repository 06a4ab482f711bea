import { readEventsByTime } from '../events/log-reader';
import { MODEL_TOPIC } from '../models/active-model.service';
import type { ArtefactStore } from '../platform/artefacts';
import { Lease, leasePosition } from '../platform/lease';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import type { RedisPubSub } from '../platform/pubsub';
import { BLEND_WINDOWS, fitBlend } from './blend';
import { fitTemporalRidges } from './temporal-ridge';

/** The artefact kind of the blend's parameters. */
export const BLEND = 'blend';
/** The artefact kind of the temporal ridge's. */
export const TEMPORAL_RIDGE = 'temporal-ridge';

const LEASE = 'fit-blend';
const LEASE_MS = 15_000;
const KEEP_VERSIONS = 5;
/** Fitted again when the log has grown by this share since… */
const GROWTH = 0.05;
/** …and by so many events. */
const FEWEST_NEW_EVENTS = 500;
/** The newest events that a fit looks at. */
const MOST_EVENTS = 3_000_000;

export interface BlendRefreshOptions {
  readonly pool: Pool;
  readonly pubSub: RedisPubSub;
  readonly artefacts: ArtefactStore;
  readonly log: Logger;
}

/** Whether the log has grown enough since the last fit for another one to be worth it. */
export async function blendIsDue(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ all: number; since: number }>(
    `SELECT coalesce(sum(events), 0)::int AS all, coalesce(sum(events) FILTER (WHERE position > $1), 0)::int AS since
     FROM log_batches`,
    [await leasePosition(pool, LEASE)],
  );
  const { all, since } = rows[0];
  return since >= FEWEST_NEW_EVENTS && since >= GROWTH * all;
}

/**
 * Runs a fit, one at a time over all processes, and notes how far in the log it looked.
 * @param fit given the fencing token to save with; returns that position
 * @returns false when somebody else is at it
 */
export async function underBlendLease(
  pool: Pool,
  log: Logger,
  fit: (token: number) => Promise<number>,
): Promise<boolean> {
  const lease = await Lease.acquire(pool, log, LEASE, LEASE_MS);
  if (!lease) return false;
  const before = await leasePosition(pool, LEASE);
  lease.keep(
    () => before,
    (reason) => log.warn({ reason }, 'lease of the fit lost'),
  );
  let position = before;
  try {
    position = await fit(lease.token);
  } finally {
    await lease.release(position);
  }
  return true;
}

/**
 * Fits the temporal ridge, and the blend over it, on all purchases so far, stores both as the next versions and makes
 * them the active ones in one transaction; with too little to learn from it leaves things as they are. CPU-bound: run it
 * off the event loop.
 * @returns the log's position that it looked at
 */
export async function refreshBlend(
  { pool, pubSub, artefacts, log }: BlendRefreshOptions,
  token: number,
): Promise<number> {
  const began = performance.now();
  const { position, events } = await readEventsByTime(pool, MOST_EVENTS);
  const until = (events.at(-1)?.occurredAt ?? 0) + 1;
  const onProgress = (stage: string) => log.debug({ stage }, 'fitting the blend');
  const temporalRidges = fitTemporalRidges(events, { until, back: BLEND_WINDOWS, onProgress });
  const model = fitBlend(events, { until, temporalRidges, onProgress });
  if (!model) return position;
  const ridge = temporalRidges.asOf(until);
  const models = [
    ...(ridge === null ? [] : [{ kind: TEMPORAL_RIDGE, model: ridge }]),
    // Last: who hears of it finds what it rests on.
    { kind: BLEND, model },
  ];
  const ids = await artefacts.save(
    models.map((each) => ({
      kind: each.kind,
      position,
      bytes: each.model.encode(),
      figures: { ...each.model.figures },
    })),
    { name: LEASE, token },
    { activate: true },
  );
  for (const { kind } of models) {
    pubSub.publish(MODEL_TOPIC, { kind });
    await artefacts.prune(kind, KEEP_VERSIONS);
  }
  const { figures } = model;
  log.info({ version: ids.at(-1), figures, seconds: Math.round(performance.now() - began) / 1000 }, 'blend fitted');
  return position;
}
