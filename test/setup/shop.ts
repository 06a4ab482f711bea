import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../src/platform/migrate';

export interface TestNamespace {
  readonly namespace: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** Deletes its tables. Its keys in Redis are deleted with the Redis of the test run. */
  drop(): Promise<void>;
}

/** The services of this jest run. */
export function testServices(): { databaseUrl: string; redisUrl: string } {
  const { TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl } = process.env;
  if (!databaseUrl || !redisUrl)
    throw new Error('No test services are running: move this test to the project "integration".');
  return { databaseUrl, redisUrl };
}

/**
 * Creates a folder that is deleted with this jest run, together with any PostgreSQL or Redis that a test starts in it.
 */
export function testFolder(name: string, mode = 0o755): string {
  const folder = mkdtempSync(path.join(process.env.TEST_FOLDER ?? tmpdir(), `${name}-`));
  chmodSync(folder, mode);
  return folder;
}

/** Creates a separate shop for a test file, migrated and empty, so that files can run in parallel. */
export async function testNamespace(): Promise<TestNamespace> {
  const services = testServices();
  const namespace = `test_${randomBytes(6).toString('hex')}`;
  await migrate(services.databaseUrl, namespace);
  return {
    namespace,
    ...services,
    async drop() {
      const client = new Client({ connectionString: services.databaseUrl });
      await client.connect();
      await client.query(`DROP SCHEMA "${namespace}" CASCADE`);
      await client.end();
    },
  };
}
