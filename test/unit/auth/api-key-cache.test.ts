import { ApiKeyService } from '../../../src/auth/api-key.service';
import type { Pool } from '../../../src/platform/postgres';
import { createHash } from 'node:crypto';

it('invented keys do not displace a key that an outage needs', async () => {
  const secretHash = createHash('sha256').update('good').digest('hex');
  let isAway = false;
  let now = 0;
  const row = { id: 'k', name: 'k', scope: 'SERVER', hint: 'fk', createdAt: new Date(0), advertiserId: null };
  const query = async (_statement: string, [hash]: [Buffer]) => {
    if (isAway) throw new Error('away');
    return { rows: hash.toString('hex') === secretHash ? [{ ...row, expiresAt: null, revokedAt: null }] : [] };
  };
  const database = { pool: { query } as unknown as Pool, prisma: {} as never };
  const keys = new ApiKeyService(database, undefined, () => now);
  await keys.authenticate('good');
  for (let n = 0; n < 12_000; n++) await expect(keys.authenticate(`invented ${n}`)).rejects.toThrow('unknown');
  isAway = true;
  now = 10_000;
  expect(await keys.authenticate('good')).toMatchObject({ id: 'k' });
});
