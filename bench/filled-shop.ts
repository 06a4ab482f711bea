/** The shops that whole-shop benches measure: the synthetic demo shop, and Online Retail if its file exists. */
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { demoProducts } from '../src/demo/demo-catalogue';
import { fillDemo } from '../src/demo/fill-demo';
import { openEventLog } from '../src/events/event-log';
import { DatabaseTarget } from '../src/imports/database-target';
import { importFile } from '../src/imports/import-file';
import { readLines } from '../src/imports/lines';
import { OnlineRetailReader } from '../src/imports/online-retail';
import { defaultRejectsPath, RejectsFile } from '../src/imports/rejects-file';
import { refreshNow } from '../src/models/refresh-process';
import { SHOP } from '../src/shop';
import { benchShop, type BenchShop, type OpenOptions } from './shop';

const RETAIL = path.resolve(__dirname, '../../../shared/data/online-retail.csv.gz');

export interface Filling {
  readonly name: string;
  /** @returns the products' ids */
  readonly fill: (shop: BenchShop) => Promise<string[]>;
}

export const DEMO: Filling = {
  name: 'demo shop',
  fill: async ({ platform }) => {
    await fillDemo(platform, await openEventLog(platform, SHOP), (line) => console.error(line));
    await refreshNow(platform, 'blend');
    return demoProducts(new Date()).map((product) => product.id);
  },
};

const ONLINE_RETAIL: Filling = {
  name: 'Online Retail',
  fill: async ({ platform }) => {
    console.error('Importing Online Retail …');
    const reader = new OnlineRetailReader();
    const target = new DatabaseTarget(platform, await openEventLog(platform, SHOP));
    await importFile({
      lines: readLines(RETAIL),
      reader,
      target,
      rejects: new RejectsFile(defaultRejectsPath(RETAIL, tmpdir())),
    });
    await target.waitUntilApplied();
    await refreshNow(platform, 'blend');
    return reader.products().map((product) => product.id);
  },
};

/** The shops to measure, smallest first. */
export function fillings(): Filling[] {
  if (existsSync(RETAIL)) return [DEMO, ONLINE_RETAIL];
  console.error(`NOT MEASURED on Online Retail: ${RETAIL} is not there`);
  return [DEMO];
}

/** A running shop: one API and one worker process. */
export interface OpenShop extends BenchShop {
  readonly name: string;
  readonly port: number;
  readonly adminKey: string;
  readonly products: readonly string[];
}

/** Fills a shop, starts it, runs the measurement and stops the shop. */
export async function inFilledShop<Result>(
  { name, fill }: Filling,
  measure: (shop: OpenShop) => Promise<Result>,
  options?: OpenOptions,
): Promise<Result> {
  const shop = await benchShop();
  try {
    const products = await fill(shop);
    return await measure({ ...shop, name, products, ...(await shop.open(options)) });
  } finally {
    await shop.close();
  }
}
