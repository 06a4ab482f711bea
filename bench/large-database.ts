import { kindsOf } from '../src/models/fitter';
import { SHOP } from '../src/shop';
import { runPeriodically } from '../src/platform/run-periodically';
import { row } from './large-watch';
import type { BenchRow } from './row';
import type { BenchShop } from './shop';

const LOOK_EVERY_MS = 500;

/**
 * Looks twice a second at PostgreSQL while a shop runs: how old the oldest snapshot is, and which refreshes that no
 * operator has requested and which sweeps of profiles have begun.
 */
export class DatabaseWatch {
  private oldest = { seconds: 0, name: 'none' };
  /** The model of each attempt of a refresh, by its job and start. An attempt that an import has ended is one, too. */
  private readonly fits = new Map<string, { readonly model: string; readonly startedAt: Date }>();
  /** The starts of sweeps, in milliseconds since 1970. */
  private readonly sweeps = new Set<number>();
  private readonly looking;

  constructor(private readonly shop: BenchShop) {
    this.looking = runPeriodically(LOOK_EVERY_MS, shop.platform.log, () => this.look());
  }

  async stop(): Promise<void> {
    await this.looking.stop();
  }

  /** Returns the age of the oldest snapshot in the phase that ends now, and starts the next one. */
  snapshotRow(phase: string): BenchRow {
    const { seconds, name } = this.oldest;
    console.error(`The oldest snapshot ${phase} was ${seconds.toFixed(1)} s old: ${name}`);
    this.oldest = { seconds: 0, name: 'none' };
    return row(`oldest snapshot ${phase}`, seconds, 's');
  }

  /** @param storedAt when the last line of the import was stored, in milliseconds since 1970 */
  startedRows(storedAt: number): BenchRow[] {
    const fits = [...this.fits.values()];
    return [
      { phase: 'during the import', isIn: (time: number) => time <= storedAt },
      { phase: 'after it', isIn: (time: number) => time > storedAt },
    ].flatMap(({ phase, isIn }) => [
      ...kindsOf(SHOP).map((kind) => {
        const started = fits.filter(({ model, startedAt }) => model === kind && isIn(startedAt.getTime()));
        return row(`fits begun ${phase}: ${kind}`, started.length, 'fits');
      }),
      row(`sweeps of profiles begun ${phase}`, [...this.sweeps].filter(isIn).length, 'sweeps'),
    ]);
  }

  private async look(): Promise<void> {
    const { pool } = this.shop.platform;
    const { rows: snapshots } = await pool.query<{ seconds: number; name: string }>(
      `SELECT extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds, application_name AS name
       FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
         AND backend_xmin IS NOT NULL AND pid <> pg_backend_pid() ORDER BY xact_start LIMIT 1`,
    );
    for (const snapshot of snapshots) if (snapshot.seconds > this.oldest.seconds) this.oldest = snapshot;
    const { rows: attempts } = await pool.query<{ id: string; model: string; startedAt: Date }>(
      `SELECT id, model, started_at AS "startedAt" FROM jobs WHERE started_at IS NOT NULL AND reason <> 'OPERATOR'`,
    );
    for (const { id, model, startedAt } of attempts)
      this.fits.set(`${id} ${startedAt.getTime()}`, { model, startedAt });
    const { rows: sweeps } = await pool.query<{ startedAt: Date }>(
      'SELECT started_at AS "startedAt" FROM profile_sweep',
    );
    for (const { startedAt } of sweeps) this.sweeps.add(startedAt.getTime());
  }
}
