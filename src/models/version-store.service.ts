import { randomUUID } from 'node:crypto';
import { type ArtefactStore, fence } from '../platform/artefacts';
import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import type { RedisPubSub } from '../platform/pubsub';
import { MODEL_TOPIC } from './active-model.service';
import type { Fitted } from './fitter';
import type { Verdict } from './gate';
import { finishJob } from './job.service';
import { MODEL_MIN_RELEASES, type ModelKind } from './model-kind';

export interface StoredVersion {
  readonly id: string;
  readonly kind: ModelKind;
  readonly number: number;
  readonly verdict: 'PROMOTED' | 'HELD' | 'REFUSED';
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
  readonly parent: string | null;
  /** The best version up to this one, which the next is compared with too; null in what was stored before there was that. */
  readonly best: string | null;
  readonly position: number;
  readonly dataHash: string;
  readonly seed: number;
  readonly parameters: Record<string, unknown>;
  readonly figures: Record<string, number>;
  readonly seconds: number;
  readonly fittedAt: Date;
  readonly promotedAt: Date | null;
  /** Of its artefact; null where its bytes are not kept. */
  readonly bytes: number | null;
  readonly active: boolean;
  readonly pinned: boolean;
}

/** Why an operator's wish for a version is not fulfilled. */
export type Refusal = { readonly code: 'NOT_FOUND' | 'CONFLICT'; readonly message: string };

/** Bytes are kept of so many versions of a kind beside the active one and the best up to it… */
const KEPT_BYTES = 6;
/** …and what is known of so many. */
const KEPT_VERSIONS = 100;

const VERSIONS = `
  SELECT v.id, v.kind, v.number, v.verdict, v.reasons, v.warnings, v.parent, v.best, v.position, encode(v.data_hash, 'hex') AS "dataHash", v.seed,
    v.parameters, v.figures, v.seconds, v.fitted_at AS "fittedAt", v.promoted_at AS "promotedAt", a.size AS bytes,
    m.artefact_id IS NOT NULL AS active, coalesce(m.pinned, false) AS pinned
  FROM model_versions v LEFT JOIN artefacts a ON a.id = v.id
    LEFT JOIN active_models m ON m.artefact_id = v.id`;

/** The versions of models: what was fitted, what became of it, which one is served. */
export class VersionStore {
  constructor(
    private readonly pool: Pool,
    private readonly artefacts: ArtefactStore,
    private readonly pubSub: Pick<RedisPubSub, 'publish'>,
  ) {}

  /** The newest first. */
  async page(kind: ModelKind, before: number | undefined, count: number): Promise<StoredVersion[]> {
    const { rows } = await this.pool.query<StoredVersion>(
      `${VERSIONS} WHERE v.kind = $1 AND ($2::int IS NULL OR v.number < $2) ORDER BY v.number DESC LIMIT $3`,
      [kind, before ?? null, count],
    );
    return rows;
  }

  async find(id: string): Promise<StoredVersion | null> {
    const { rows } = await this.pool.query<StoredVersion>(`${VERSIONS} WHERE v.id = $1`, [id]);
    return rows[0] ?? null;
  }

  async active(kind: ModelKind): Promise<StoredVersion | null> {
    const { rows } = await this.pool.query<StoredVersion>(`${VERSIONS} WHERE m.kind = $1`, [kind]);
    return rows[0] ?? null;
  }

  /** The best version up to this one, where that is another and its bytes are kept. */
  async bestBeside({ id, best }: StoredVersion): Promise<StoredVersion | null> {
    const version = best === null || best === id ? null : await this.find(best);
    return version?.bytes == null ? null : version;
  }

  /**
   * Keeps a candidate, and makes it the active version if the gate let it pass, none is pinned and what it was compared
   * with is still the active one. Of one that was refused only what is known of it. The job ends in the same transaction, so that none brings forth two versions.
   * @param lease under which it was fitted
   * @throws FencedOff when the lease has a newer owner
   */
  async keep(
    kind: ModelKind,
    fitted: Fitted,
    verdict: Verdict,
    more: {
      readonly job: string;
      /** The version that was active when the fit began; null where there was none. */
      readonly comparedWith: string | null;
      /** The best version before this one, which stays it unless the gate says otherwise. */
      readonly best: string | null;
      readonly seed: number;
      readonly seconds: number;
      readonly lease: { name: string; token: number };
    },
  ): Promise<StoredVersion> {
    const figures = { ...fitted.figures, ...verdict.figures };
    let id: string = randomUUID();
    const note = async (client: PoolClient) => {
      const reasons = verdict.passed ? await obstacles(client, kind, more.comparedWith) : verdict.reasons;
      const outcome = !verdict.passed ? 'REFUSED' : reasons.length > 0 ? 'HELD' : 'PROMOTED';
      await finishJob(client, more.job, id, `version ${outcome.toLowerCase()}`);
      await client.query(
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
          more.comparedWith,
          fitted.position,
          Buffer.from(fitted.dataHash),
          more.seed,
          JSON.stringify(fitted.parameters),
          JSON.stringify(figures),
          more.seconds,
          verdict.passed && verdict.best ? id : more.best,
          verdict.warnings,
        ],
      );
      if (outcome === 'PROMOTED') await setActive(client, kind, id, false);
    };
    if (verdict.passed) {
      const { position, bytes } = fitted;
      const artefact = { kind, position, bytes, figures, minRelease: MODEL_MIN_RELEASES[kind] };
      await this.artefacts.save([artefact], more.lease, {
        guard: async (client, ids) => {
          [id] = ids;
          await note(client);
        },
      });
    } else {
      await inTransaction(this.pool, async (client) => {
        await note(client);
        await fence(client, more.lease);
      });
    }
    this.tell(kind);
    await this.forget(kind);
    return (await this.find(id)) as StoredVersion;
  }

  /** Makes a version the active one, whichever the gate would choose. */
  async promote(id: string, pinned: boolean): Promise<StoredVersion | Refusal> {
    const version = await this.find(id);
    if (!version) return { code: 'NOT_FOUND', message: 'there is no such version' };
    if (version.verdict === 'REFUSED')
      return { code: 'CONFLICT', message: `the gate refused it: ${version.reasons.join('; ')}` };
    const done = await inTransaction(this.pool, async (client) => {
      const { rowCount } = await client.query('SELECT FROM artefacts WHERE id = $1 FOR KEY SHARE', [id]);
      if (rowCount === 0) return false;
      // One that is active already keeps its place in the order of promotions: it may be unpinned, say.
      await client.query(
        `UPDATE model_versions v SET verdict = 'PROMOTED', promoted_at = CASE WHEN promoted_at IS NOT NULL
           AND EXISTS (SELECT FROM active_models WHERE artefact_id = v.id) THEN promoted_at ELSE clock_timestamp() END
         WHERE id = $1`,
        [id],
      );
      await setActive(client, version.kind, id, pinned);
      return true;
    });
    if (!done) return { code: 'CONFLICT', message: `the bytes of version ${version.number} are not kept any more` };
    this.tell(version.kind);
    return (await this.find(id)) as StoredVersion;
  }

  /** Whether an operator chose what is active, or that nothing is: refreshes promote nothing meanwhile. */
  async pinned(kind: ModelKind): Promise<boolean> {
    const { rows } = await this.pool.query<{ pinned: boolean }>('SELECT pinned FROM active_models WHERE kind = $1', [
      kind,
    ]);
    return rows[0]?.pinned ?? false;
  }

  /** No version is active any more, and that stays: refreshes promote nothing until a version is promoted unpinned. */
  async deactivate(kind: ModelKind): Promise<Refusal | null> {
    const refusal = await inTransaction(this.pool, async (client): Promise<Refusal | null> => {
      const active = await lockActive(client, kind);
      if (active === null || active.id === null) return { code: 'NOT_FOUND', message: 'no version is active' };
      await setActive(client, kind, null, true);
      await client.query('UPDATE model_versions SET promoted_at = NULL WHERE id = $1', [active.id]);
      return null;
    });
    if (refusal === null) this.tell(kind);
    return refusal;
  }

  /** Back to the version that was active before, and it stays: refreshes promote nothing until it is unpinned. */
  async rollBack(kind: ModelKind): Promise<StoredVersion | Refusal> {
    const moved = await inTransaction(this.pool, async (client): Promise<Refusal | string> => {
      const active = await lockActive(client, kind);
      if (!active?.id) return { code: 'NOT_FOUND', message: 'no version is active' };
      const { rows } = await client.query<{ id: string }>(
        `SELECT v.id FROM model_versions v JOIN artefacts a ON a.id = v.id
         WHERE v.kind = $1 AND v.promoted_at < (SELECT promoted_at FROM model_versions WHERE id = $2)
         ORDER BY v.promoted_at DESC LIMIT 1 FOR KEY SHARE OF a`,
        [kind, active.id],
      );
      if (!rows[0]) return { code: 'NOT_FOUND', message: 'no version that was active before is kept' };
      await setActive(client, kind, rows[0].id, true);
      // What was left is not among those that were active before: no roll-back leads back to it.
      await client.query('UPDATE model_versions SET promoted_at = NULL WHERE id = $1', [active.id]);
      return rows[0].id;
    });
    if (typeof moved !== 'string') return moved;
    this.tell(kind);
    return (await this.find(moved)) as StoredVersion;
  }

  private async forget(kind: ModelKind): Promise<void> {
    const best = (await this.active(kind))?.best;
    await this.artefacts.prune(kind, KEPT_BYTES, best ? [best] : []);
    await this.pool.query(
      `DELETE FROM model_versions v WHERE kind = $1 AND NOT EXISTS (SELECT FROM artefacts a WHERE a.id = v.id)
         AND number <= (SELECT max(number) FROM model_versions WHERE kind = $1) - $2`,
      [kind, KEPT_VERSIONS],
    );
  }

  private tell(kind: ModelKind): void {
    this.pubSub.publish(MODEL_TOPIC, { kind });
  }
}

/** The active version of a kind, which no one else changes until the transaction ends. */
async function lockActive(client: PoolClient, kind: ModelKind): Promise<{ id: string | null; pinned: boolean } | null> {
  const { rows } = await client.query<{ id: string | null; pinned: boolean }>(
    'SELECT artefact_id AS id, pinned FROM active_models WHERE kind = $1 FOR UPDATE',
    [kind],
  );
  return rows[0] ?? null;
}

/** Why a candidate that passed the gate is not promoted: an operator may have moved while it was fitted. */
async function obstacles(client: PoolClient, kind: ModelKind, comparedWith: string | null): Promise<string[]> {
  const active = await lockActive(client, kind);
  if (active?.pinned)
    return [active.id === null ? 'it is pinned that no version is active' : 'another version is pinned'];
  if (active !== null && active.id !== comparedWith) return ['another version has become the active one meanwhile'];
  return [];
}

async function setActive(client: PoolClient, kind: ModelKind, id: string | null, pinned: boolean): Promise<void> {
  await client.query(
    `INSERT INTO active_models (kind, artefact_id, pinned) VALUES ($1, $2, $3)
     ON CONFLICT (kind) DO UPDATE SET artefact_id = excluded.artefact_id, pinned = $3, promoted_at = now()`,
    [kind, id, pinned],
  );
}
