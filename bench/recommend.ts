import { demoProducts } from '../src/demo/demo-catalogue';
import { fillDemo } from '../src/demo/demo.service';
import { measurePipeline } from './recommend-pipeline';
import { measureDoor } from './recommend-door';
import { fillRetail, hasRetail } from './online-retail';
import type { BenchRow } from './row';
import { benchShop } from './shop';

/**
 * PERSONAL lists: through GraphQL beside Apollo on Express with a resolver that does nothing, and in process, without
 * GraphQL. On Online Retail where the file is there, else on the synthetic demo shop.
 */
export async function measureRecommend(): Promise<BenchRow[]> {
  const shop = await benchShop();
  try {
    if (hasRetail()) await fillRetail(shop);
    else {
      await fillDemo(shop.platform, (line) => console.error(line));
      console.error(`the demo shop: ${demoProducts(new Date()).length} products, synthetic`);
    }
    const { port, adminKey } = await shop.open();
    const customers = await customersOf(shop);
    return [...(await measureDoor(port, adminKey, customers)), ...(await measurePipeline(shop.platform, customers))];
  } finally {
    await shop.close();
  }
}

async function customersOf({ platform }: Awaited<ReturnType<typeof benchShop>>): Promise<string[]> {
  const { rows } = await platform.pool.query<{ id: string }>('SELECT id FROM customers ORDER BY md5(id)');
  return rows.map(({ id }) => id);
}
