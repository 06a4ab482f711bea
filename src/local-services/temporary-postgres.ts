import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startPostgres } from './embedded-postgres';

/** Runs `work` with a temporary PostgreSQL, which is deleted with all its data afterwards. */
export async function withTemporaryPostgres<T>(work: (url: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-postgres-'));
  chmodSync(folder, 0o711); // PostgreSQL may have to run as another user.
  try {
    const server = await startPostgres(path.join(folder, 'postgres'), { fsync: false });
    try {
      return await work(server.url);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
