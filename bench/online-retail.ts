import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseTarget } from '../src/imports/database-target';
import { importFile } from '../src/imports/import-file.service';
import { readLines } from '../src/imports/lines';
import { OnlineRetailReader } from '../src/imports/online-retail';
import { RejectsFile } from '../src/imports/rejects-file';
import { refreshNow } from '../src/models/refresh.service';
import { blendFitter } from '../src/recommend/blend.service';
import type { BenchShop } from './shop';

const RETAIL = path.resolve(__dirname, '../../../shared/data/online-retail.csv.gz');

/** Says so where the file is not there. */
export function hasRetail(): boolean {
  if (existsSync(RETAIL)) return true;
  console.error(`NOT MEASURED on Online Retail: ${RETAIL} is not there`);
  return false;
}

/** Imports the file into an empty shop, and fits the blend. @returns the products' ids */
export async function fillRetail({ platform }: BenchShop): Promise<string[]> {
  console.error('Importing Online Retail …');
  const reader = new OnlineRetailReader();
  const target = new DatabaseTarget(platform);
  await importFile({ lines: readLines(RETAIL), reader, target, rejects: new RejectsFile(RETAIL, tmpdir()) });
  await target.settled();
  await refreshNow(platform, blendFitter);
  return reader.products().map((product) => product.id);
}
