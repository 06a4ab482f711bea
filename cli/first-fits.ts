/** Says which models are fitted for the first time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { readFirstFits } from '../src/models/first-fits.store';
import { connectPostgres, REQUEST_TIMEOUT_MS } from '../src/platform/postgres';
import type { ProgressLines } from '../src/platform/progress-lines';

const POLL_MS = 2_000;
/** Workers look every 15 seconds which models are due. After this time without a fit, there are none. */
const MAX_IDLE_MS = 45_000;

/** Resolves when no model has been fitted for the first time for a while, or on abort. Failures end it, too. */
export async function announceFirstFits(
  databaseUrl: string,
  namespace: string,
  progress: ProgressLines,
  signal: AbortSignal,
): Promise<void> {
  const pool = connectPostgres(databaseUrl, namespace, { max: 1, queryTimeoutMs: REQUEST_TIMEOUT_MS });
  try {
    let said = '';
    for (let idleMs = 0; idleMs < MAX_IDLE_MS; idleMs += POLL_MS) {
      const models = await readFirstFits(pool);
      if (models.length > 0) idleMs = 0;
      const line = `Fitting the first models: ${models.join(', ')}`;
      if (models.length > 0 && line !== said) progress.say((said = line));
      progress.rest();
      await sleep(POLL_MS, undefined, { signal, ref: false });
    }
  } catch {
    // PostgreSQL failed, which the supervision reports; or the shop is stopping.
  } finally {
    progress.rest();
    await pool.end().catch(() => undefined);
  }
}
