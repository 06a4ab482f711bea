import { readEventsByTime } from '../events/log-reader';
import { MODEL_TOPIC } from '../models/active-model';
import type { ArtefactStore } from '../platform/artefacts';
import { Lease } from '../platform/lease';
import type { Logger } from '../platform/log';
import type { Pool } from '../platform/postgres';
import type { RedisPubSub } from '../platform/pubsub';
import { fitBlend } from './blend';

/** The artefact kind of the blend's parameters. */
export const BLEND = 'blend';

const LEASE = 'fit-blend';
/** A fit keeps its thread busy and can't renew: no fit takes longer, and a crashed one holds up the next this long. */
const LEASE_MS = 600_000;
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
export async function blendIsDue(pool: Pool, artefacts: ArtefactStore): Promise<boolean> {
  const active = await artefacts.newest(BLEND);
  const { rows } = await pool.query<{ all: number; since: number }>(
    `SELECT coalesce(sum(events), 0)::int AS all, coalesce(sum(events) FILTER (WHERE position > $1), 0)::int AS since
     FROM log_batches`,
    [active?.position ?? -1],
  );
  const { all, since } = rows[0];
  return since >= FEWEST_NEW_EVENTS && since >= GROWTH * all;
}

/**
 * Fits the blend on all purchases so far, stores it as the next version and makes it the active one. One at a time over
 * all processes. CPU-bound: run it off the event loop.
 * @returns the version's id, or `null` where there is too little to learn from or somebody else is at it
 */
export async function refreshBlend({ pool, pubSub, artefacts, log }: BlendRefreshOptions): Promise<string | null> {
  const lease = await Lease.acquire(pool, log, LEASE, LEASE_MS);
  if (!lease) return null;
  const began = performance.now();
  try {
    const { position, events } = await readEventsByTime(pool, MOST_EVENTS);
    if (events.length === 0) return null;
    const until = events[events.length - 1].occurredAt + 1;
    const model = fitBlend(events, { until, onProgress: (stage) => log.debug({ stage }, 'fitting the blend') });
    if (!model) return null;
    const bytes = model.encode();
    const figures = { ...model.figures };
    const [id] = await artefacts.save([{ kind: BLEND, position, bytes, figures }], { name: LEASE, token: lease.token }, { activate: true });
    pubSub.publish(MODEL_TOPIC, { kind: BLEND });
    await artefacts.prune(BLEND, KEEP_VERSIONS);
    log.info({ version: id, figures, seconds: Math.round(performance.now() - began) / 1000 }, 'blend fitted');
    return id;
  } finally {
    await lease.release();
  }
}
