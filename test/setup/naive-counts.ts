import type { Pool } from 'pg';

/** What the counter of naive-worker.js has counted: a row each time, so that it can be said what it counted twice, and when. */
export class NaiveCounts {
  private constructor(private readonly pool: Pool) {}

  /** To be called before the first such worker starts. */
  static async create(pool: Pool): Promise<NaiveCounts> {
    await pool.query(
      'CREATE TABLE naive_counts (batch uuid NOT NULL, events int NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())',
    );
    return new NaiveCounts(pool);
  }

  total(): Promise<number> {
    return this.number('SELECT coalesce(sum(events), 0)::float8 AS n FROM naive_counts');
  }

  /** Events counted in vain: their batch was counted once more later. */
  tooMany(from = new Date(0), until = new Date(8.64e15)): Promise<number> {
    return this.number(
      `SELECT coalesce(sum(events), 0)::float8 AS n
       FROM (SELECT events, at, row_number() OVER (PARTITION BY batch ORDER BY at DESC) AS turn FROM naive_counts) AS counted
       WHERE turn > 1 AND at >= $1 AND at < $2`,
      [from, until],
    );
  }

  private async number(text: string, values: unknown[] = []): Promise<number> {
    return (await this.pool.query<{ n: number }>(text, values)).rows[0].n;
  }
}
