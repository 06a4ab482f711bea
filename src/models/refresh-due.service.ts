import { leasePosition } from '../platform/lease';
import type { Pool } from '../platform/postgres';
import type { Job } from './job.service';
import type { ModelKind } from './model-kind';
import { leaseOf } from './refresh.service';

/** Fitted again when the log has grown by this share since… */
const GROWTH = 0.05;
/** …and by so many events; … */
const MIN_NEW_EVENTS = 500;
/** …or, where anything has happened since, after so long. */
const MAX_AGE_MS = 24 * 3_600_000;
/** By events at the earliest after so many times as long as the last one took: a log that grows fast is not all training. */
const REST = 5;

/** Whether a kind of model should be fitted again. To be kept and asked often: it reads what the log has gained only. */
export class RefreshDue {
  private readonly all = new EventCount();
  private readonly looked = new EventCount();
  private upgraded = false;

  /** @param format of the versions that this program can serve, see `Fitter` */
  constructor(
    private readonly pool: Pool,
    private readonly kind: ModelKind,
    private readonly format: string,
  ) {}

  /** Why it should be by now; null where it need not be. */
  async reason(): Promise<Exclude<Job['reason'], 'OPERATOR'> | null> {
    const { pool, kind } = this;
    if (await this.upgrade()) return 'UPGRADE';
    const lookedAt = await leasePosition(pool, leaseOf(kind));
    const { rows } = await pool.query<{ newest: number; ageMs: number | null; rests: boolean | null }>(
      `SELECT (SELECT coalesce(max(position), 0) FROM log_batches) AS newest,
         (SELECT extract(epoch FROM now() - max(ended_at)) * 1000 FROM jobs WHERE model = $1)::float8 AS "ageMs",
         (SELECT now() < ended_at + $2::float8 * (ended_at - started_at) FROM jobs
          WHERE model = $1 AND ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 1) AS rests`,
      [kind, REST],
    );
    const [{ newest, ageMs, rests }] = rows;
    const all = await this.all.upTo(pool, newest);
    const since = all - (await this.looked.upTo(pool, lookedAt));
    if (!rests && since >= MIN_NEW_EVENTS && since >= GROWTH * all) return 'EVENTS';
    return since > 0 && ageMs !== null && ageMs > MAX_AGE_MS ? 'SCHEDULE' : null;
  }

  /**
   * Whether what is active was fitted by a program whose versions this one can't serve: answers do without until there is
   * another. Asked for once by a process, and by none where this program has fitted one, whatever the gate said.
   */
  private async upgrade(): Promise<boolean> {
    if (this.upgraded) return false;
    const { rows } = await this.pool.query<{ due: boolean }>(
      `SELECT parameters->>'format' IS DISTINCT FROM $2 AS due FROM model_versions
       WHERE kind = $1 AND EXISTS (SELECT FROM active_models a JOIN model_versions v ON v.id = a.artefact_id
         WHERE a.kind = $1 AND v.parameters->>'format' IS DISTINCT FROM $2)
       ORDER BY number DESC LIMIT 1`,
      [this.kind, this.format],
    );
    this.upgraded = rows[0]?.due ?? false;
    return this.upgraded;
  }
}

/**
 * How many events the log has up to a position, counted on from where it was asked before. What left the log since then
 * is still counted: it is little.
 */
class EventCount {
  private position = 0;
  private events = 0;

  async upTo(pool: Pool, position: number): Promise<number> {
    const from = position < this.position ? 0 : this.position;
    if (position !== this.position) {
      const { rows } = await pool.query<{ events: number }>(
        'SELECT coalesce(sum(events), 0)::float8 AS events FROM log_batches WHERE position > $1 AND position <= $2',
        [from, position],
      );
      this.events = (from === 0 ? 0 : this.events) + rows[0].events;
      this.position = position;
    }
    return this.events;
  }
}
