import { randomUUID } from 'node:crypto';
import { type ArtefactStore, fence } from '../platform/artefacts';
import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import { execute, queryFirst, queryRows } from '../platform/sql';
import type { RedisPubSub } from '../platform/pubsub';
import { MODEL_TOPIC } from './active-model.service';
import type { Fitted, FittedKind } from './fitter';
import type { Verdict } from './gate';
import { finishJob } from './job.store';
import type { ModelKind } from './model-kind';

export interface StoredVersion {
  readonly id: string;
  readonly kind: ModelKind;
  readonly number: number;
  readonly verdict: 'PROMOTED' | 'HELD' | 'REFUSED';
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
  readonly parent: string | null;
  /**
   * The id of the version that was the best when this one was stored, possibly this one itself. The next candidate is
   * also compared with that version. Null if there was none.
   */
  readonly best: string | null;
  readonly position: number;
  readonly dataHash: string;
  readonly seed: number;
  readonly parameters: Record<string, unknown>;
  readonly figures: Record<string, number>;
  readonly seconds: number;
  readonly fittedAt: Date;
  readonly promotedAt: Date | null;
  /** Size of the stored model in bytes; null if the model is no longer stored. */
  readonly bytes: number | null;
  readonly active: boolean;
  readonly pinned: boolean;
}

/** Why an operator's request for a version is refused. */
export type Refusal = { readonly code: 'NOT_FOUND' | 'CONFLICT'; readonly message: string };

/**
 * For each kind, the rows of the newest versions are retained, up to this number. The rows of versions whose bytes are
 * stored are always retained.
 */
const MAX_VERSIONS = 100;

/** See `FittedKind.retained`. */
const MIN_RETAINED = 6;

const VERSIONS = `
  SELECT v.id, v.kind, v.number, v.verdict, v.reasons, v.warnings, v.parent, v.best, v.position, encode(v.data_hash, 'hex') AS "dataHash", v.seed,
    v.parameters, v.figures, v.seconds, v.fitted_at AS "fittedAt", v.promoted_at AS "promotedAt", a.size AS bytes,
    m.artefact_id IS NOT NULL AS active, coalesce(m.pinned, false) AS pinned
  FROM model_versions v LEFT JOIN artefacts a ON a.id = v.id
    LEFT JOIN active_models m ON m.artefact_id = v.id`;

/** Stores the versions of models, their verdicts, and which version is active. */
export class VersionStore {
  constructor(
    private readonly pool: Pool,
    private readonly artefacts: ArtefactStore,
    private readonly pubSub: Pick<RedisPubSub, 'publish'>,
  ) {}

  /** Returns a page of versions, newest first. */
  async page(kind: ModelKind, before: number | undefined, count: number): Promise<StoredVersion[]> {
    return queryRows<StoredVersion>(
      this.pool,
      `${VERSIONS} WHERE v.kind = $1 AND ($2::int IS NULL OR v.number < $2) ORDER BY v.number DESC LIMIT $3`,
      [kind, before ?? null, count],
    );
  }

  async find(id: string): Promise<StoredVersion | null> {
    const row = await queryFirst<StoredVersion>(this.pool, `${VERSIONS} WHERE v.id = $1`, [id]);
    return row ?? null;
  }

  async active(kind: ModelKind): Promise<StoredVersion | null> {
    const row = await queryFirst<StoredVersion>(this.pool, `${VERSIONS} WHERE m.kind = $1`, [kind]);
    return row ?? null;
  }

  /**
   * Returns the version that was the best when the given version was stored. Returns null if that was the given version
   * itself, or if its bytes are not stored.
   */
  async otherBest({ id, best }: StoredVersion): Promise<StoredVersion | null> {
    const version = best === null || best === id ? null : await this.find(best);
    return version?.bytes == null ? null : version;
  }

  /**
   * Stores a candidate. It becomes the active version if it passed the gate, no version is pinned, and the version that
   * the candidate was compared with is still active. A refused candidate is stored without its bytes. The job ends in
   * the same transaction, so that a job can't produce two versions.
   * @param context.lease the lease under which the candidate was fitted
   * @throws FencedOff if the lease has a newer owner
   */
  async save(
    { kind, minRelease, retained = MIN_RETAINED }: Omit<FittedKind, 'fitter'>,
    fitted: Fitted,
    verdict: Verdict,
    context: {
      readonly job: string;
      /** The version that was active when the fit began; null if there was none. */
      readonly comparedWith: string | null;
      /** The best version before this one. It remains the best unless the gate decides otherwise. */
      readonly best: string | null;
      readonly seed: number;
      readonly seconds: number;
      readonly lease: { name: string; token: number };
    },
  ): Promise<StoredVersion> {
    const figures = { ...fitted.figures, ...verdict.figures };
    let id: string = randomUUID();
    const insertVersion = async (client: PoolClient) => {
      const reasons = verdict.passed ? await promotionObstacles(client, kind, context.comparedWith) : verdict.reasons;
      const outcome = !verdict.passed ? 'REFUSED' : reasons.length > 0 ? 'HELD' : 'PROMOTED';
      await finishJob(client, context.job, id, `version ${outcome.toLowerCase()}`);
      await execute(
        client,
        `INSERT INTO model_versions (id, kind, number, verdict, reasons, parent, best, position, data_hash, seed, parameters,
           figures, seconds, warnings, promoted_at)
         SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $12, $6, $7, $8, $9, $10, $11, $13,
           CASE $3 WHEN 'PROMOTED' THEN clock_timestamp() END
         FROM model_versions WHERE kind = $2`,
        [
          id,
          kind,
          outcome,
          reasons,
          context.comparedWith,
          fitted.position,
          Buffer.from(fitted.dataHash),
          context.seed,
          JSON.stringify(fitted.parameters),
          JSON.stringify(figures),
          context.seconds,
          verdict.passed && verdict.best ? id : context.best,
          verdict.warnings,
        ],
      );
      if (outcome === 'PROMOTED') await setActive(client, kind, id, false);
    };
    if (verdict.passed) {
      const { position, bytes } = fitted;
      const artefact = { kind, position, bytes, figures, minRelease };
      await this.artefacts.save([artefact], context.lease, {
        guard: async (client, ids) => {
          id = ids[0]!;
          await insertVersion(client);
        },
      });
    } else {
      await inTransaction(this.pool, async (client) => {
        await insertVersion(client);
        await fence(client, context.lease);
      });
    }
    this.publish(kind);
    await this.prune(kind, retained);
    return (await this.find(id)) as StoredVersion;
  }

  /** Makes a version the active one, even if the gate promoted another. Fails for a version that the gate refused. */
  async promote(id: string, isPinned: boolean): Promise<StoredVersion | Refusal> {
    const version = await this.find(id);
    if (!version) return { code: 'NOT_FOUND', message: 'there is no such version' };
    if (version.verdict === 'REFUSED')
      return { code: 'CONFLICT', message: `the gate refused this version: ${version.reasons.join('; ')}` };
    const isPromoted = await inTransaction(this.pool, async (client) => {
      const rowCount = await execute(client, 'SELECT FROM artefacts WHERE id = $1 FOR KEY SHARE', [id]);
      if (rowCount === 0) return false;
      // The version may already be active, for example if the operator only unpins it. Its promotion time then stays
      // the same, because a roll-back uses the order of these times.
      await execute(
        client,
        `UPDATE model_versions v SET verdict = 'PROMOTED', promoted_at = CASE WHEN promoted_at IS NOT NULL
           AND EXISTS (SELECT FROM active_models WHERE artefact_id = v.id) THEN promoted_at ELSE clock_timestamp() END
         WHERE id = $1`,
        [id],
      );
      await setActive(client, version.kind, id, isPinned);
      return true;
    });
    if (!isPromoted)
      return { code: 'CONFLICT', message: `the bytes of version ${version.number} are no longer stored` };
    this.publish(version.kind);
    return (await this.find(id)) as StoredVersion;
  }

  /** Whether an operator has pinned the active version or deactivated the model. Refreshes then promote nothing. */
  async isPinned(kind: ModelKind): Promise<boolean> {
    const row = await queryFirst<{ pinned: boolean }>(this.pool, 'SELECT pinned FROM active_models WHERE kind = $1', [
      kind,
    ]);
    return row?.pinned ?? false;
  }

  /**
   * Deactivates the model and pins this state: refreshes promote nothing until an operator promotes a version without
   * pinning it.
   */
  async deactivate(kind: ModelKind): Promise<Refusal | null> {
    const refusal = await inTransaction(this.pool, async (client): Promise<Refusal | null> => {
      const active = await lockActive(client, kind);
      if (active === null || active.id === null) return { code: 'NOT_FOUND', message: 'no version is active' };
      await setActive(client, kind, null, true);
      await execute(client, 'UPDATE model_versions SET promoted_at = NULL WHERE id = $1', [active.id]);
      return null;
    });
    if (refusal === null) this.publish(kind);
    return refusal;
  }

  /**
   * Rolls back to the previously active version and pins it: refreshes promote nothing until an operator promotes a
   * version without pinning it.
   */
  async rollBack(kind: ModelKind): Promise<StoredVersion | Refusal> {
    const restored = await inTransaction(this.pool, async (client): Promise<Refusal | string> => {
      const active = await lockActive(client, kind);
      if (!active?.id) return { code: 'NOT_FOUND', message: 'no version is active' };
      const row = await queryFirst<{ id: string }>(
        client,
        `SELECT v.id FROM model_versions v JOIN artefacts a ON a.id = v.id
         WHERE v.kind = $1 AND v.promoted_at < (SELECT promoted_at FROM model_versions WHERE id = $2)
         ORDER BY v.promoted_at DESC LIMIT 1 FOR KEY SHARE OF a`,
        [kind, active.id],
      );
      if (!row) return { code: 'NOT_FOUND', message: 'no previously active version is stored' };
      await setActive(client, kind, row.id, true);
      // Without a promotion time, the version that was just deactivated can't be the target of a later roll-back.
      await execute(client, 'UPDATE model_versions SET promoted_at = NULL WHERE id = $1', [active.id]);
      return row.id;
    });
    if (typeof restored !== 'string') return restored;
    this.publish(kind);
    return (await this.find(restored)) as StoredVersion;
  }

  private async prune(kind: ModelKind, retained: number): Promise<void> {
    const best = (await this.active(kind))?.best;
    await this.artefacts.prune(kind, retained, best ? [best] : []);
    await execute(
      this.pool,
      `DELETE FROM model_versions v WHERE kind = $1 AND NOT EXISTS (SELECT FROM artefacts a WHERE a.id = v.id)
         AND number <= (SELECT max(number) FROM model_versions WHERE kind = $1) - $2`,
      [kind, MAX_VERSIONS],
    );
  }

  private publish(kind: ModelKind): void {
    this.pubSub.publish(MODEL_TOPIC, { kind });
  }
}

/** Returns the active version of a kind, and locks it until the transaction ends. */
async function lockActive(client: PoolClient, kind: ModelKind): Promise<{ id: string | null; pinned: boolean } | null> {
  const row = await queryFirst<{ id: string | null; pinned: boolean }>(
    client,
    'SELECT artefact_id AS id, pinned FROM active_models WHERE kind = $1 FOR UPDATE',
    [kind],
  );
  return row ?? null;
}

/** Returns the reasons not to promote a candidate that passed the gate: an operator may have acted during the fit. */
async function promotionObstacles(client: PoolClient, kind: ModelKind, comparedWith: string | null): Promise<string[]> {
  const active = await lockActive(client, kind);
  if (active?.pinned)
    return [active.id === null ? 'the model is pinned to no active version' : 'another version is pinned'];
  if (active !== null && active.id !== comparedWith) return ['another version was promoted during the fit'];
  return [];
}

async function setActive(client: PoolClient, kind: ModelKind, id: string | null, pinned: boolean): Promise<void> {
  await execute(
    client,
    `INSERT INTO active_models (kind, artefact_id, pinned) VALUES ($1, $2, $3)
     ON CONFLICT (kind) DO UPDATE SET artefact_id = excluded.artefact_id, pinned = $3, promoted_at = now()`,
    [kind, id, pinned],
  );
}
