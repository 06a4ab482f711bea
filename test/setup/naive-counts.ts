import type { Pool } from 'pg';

/**
 * The counts that naive-worker.js writes: one row for each count, which shows the batches that it counted twice, and
 * when.
 */
export class NaiveCounts {
  private constructor(private readonly pool: Pool) {}

  /** Call it before the first naive worker starts. */
  static async create(pool: Pool): Promise<NaiveCounts> {
    await pool.query(
      'CREATE TABLE naive_counts (batch uuid NOT NULL, events int NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())',
    );
    return new NaiveCounts(pool);
  }

  total(): Promise<number> {
    return this.number('SELECT coalesce(sum(events), 0)::float8 AS n FROM naive_counts');
  }

  /** Returns the number of surplus events: their batch was counted again later. */
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
