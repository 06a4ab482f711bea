import { readEventsByTime } from '../events/log-reader';
import { MODEL_TOPIC } from '../models/active-model.service';
import type { ArtefactStore } from '../platform/artefacts';
import { Lease, leasePosition } from '../platform/lease';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import type { RedisPubSub } from '../platform/pubsub';
import { fitBlend } from './blend';

/** The artefact kind of the blend's parameters. */
export const BLEND = 'blend';

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
 * Fits the blend on all purchases so far, stores it as the next version and makes it the active one; with too little to
 * learn from it leaves things as they are. CPU-bound: run it off the event loop.
 * @returns the log's position that it looked at
 */
export async function refreshBlend(
  { pool, pubSub, artefacts, log }: BlendRefreshOptions,
  token: number,
): Promise<number> {
  const began = performance.now();
  const { position, events } = await readEventsByTime(pool, MOST_EVENTS);
  const until = (events.at(-1)?.occurredAt ?? 0) + 1;
  const model = fitBlend(events, { until, onProgress: (stage) => log.debug({ stage }, 'fitting the blend') });
  if (!model) return position;
  const bytes = model.encode();
  const figures = { ...model.figures };
  const [id] = await artefacts.save(
    [{ kind: BLEND, position, bytes, figures }],
    { name: LEASE, token },
    { activate: true },
  );
  pubSub.publish(MODEL_TOPIC, { kind: BLEND });
  await artefacts.prune(BLEND, KEEP_VERSIONS);
  log.info({ version: id, figures, seconds: Math.round(performance.now() - began) / 1000 }, 'blend fitted');
  return position;
}
