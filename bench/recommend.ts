import { fillings, inFilledShop, type OpenShop } from './filled-shop';
import { measureDoor } from './recommend-door';
import { measurePipeline } from './recommend-pipeline';
import type { BenchRow } from './row';

/**
 * Measures PERSONAL lists: through GraphQL, compared with Apollo on Express with a resolver that does nothing, and in
 * process, without GraphQL. It uses Online Retail if its file exists, and the synthetic demo shop otherwise.
 */
export async function measureRecommend(): Promise<BenchRow[]> {
  return inFilledShop(fillings().slice(-1)[0], async (shop) => {
    const customers = await customersOf(shop);
    const door = await measureDoor(shop, customers);
    return [...door, ...(await measurePipeline(shop.platform, customers))];
  });
}

async function customersOf({ platform }: OpenShop): Promise<string[]> {
  const { rows } = await platform.pool.query<{ id: string }>('SELECT id FROM customers ORDER BY md5(id)');
  return rows.map(({ id }) => id);
}
