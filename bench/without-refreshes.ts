import { kindsOf } from '../src/models/fitter';
import { SHOP } from '../src/shop';
import type { BenchShop } from './shop';

/** Marks the models as refreshed, so that no automatic refresh begins. */
export async function withoutRefreshes({ platform }: BenchShop): Promise<void> {
  await platform.pool.query(
    `INSERT INTO jobs (id, model, state, reason, started_at, ended_at)
     SELECT gen_random_uuid(), model, 'DONE', 'OPERATOR', now() - interval '1 day', now() FROM unnest($1::text[]) AS model`,
    [kindsOf(SHOP)],
  );
}

/** Undoes {@link withoutRefreshes}: an automatic refresh of each model with new events is due. */
export async function withRefreshes({ platform }: BenchShop): Promise<void> {
  await platform.pool.query('DELETE FROM jobs WHERE ended_at IS NOT NULL');
}
