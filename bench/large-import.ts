import { createWriteStream, rmSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { newestPosition } from '../src/events/position.store';
import { eventLines, type ShopSize } from './large-shop';
import { learnerToken, row } from './large-watch';
import type { BenchRow } from './row';
import { syntheticCatalogue } from './search-service-shop';
import type { BenchShop } from './shop';

const LINES_AT_ONCE = 5_000;
const LOOK_EVERY_MS = 100;

interface Imported {
  /** Seconds until the last line was stored, and from then until the command ended with everything learned. */
  readonly storing: number;
  readonly learning: number;
}

export interface ImportOptions {
  readonly size: ShopSize;
  readonly seed: number;
  /** The folder for its files, which are written one at a time. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Imports a synthetic shop with the `import` command, file by file, while the shop is running. */
export async function importLargeShop(shop: BenchShop, options: ImportOptions): Promise<BenchRow[]> {
  const { size, seed, folder, env } = options;
  const file = path.join(folder, 'lines.jsonl');
  const catalogue = syntheticCatalogue(size.products);
  await writeLines(file, productLines(catalogue));
  const products = await timeImport(shop, 'products', file, env);
  const rows = [
    row(`import: ${size.products} products`, size.products / (products.storing + products.learning), 'products/s'),
  ];
  const token = await learnerToken(shop);
  const lines = eventLines(size, seed, Math.floor(Date.now() / 86_400_000) * 86_400_000);
  const each = Math.ceil(size.events / size.files);
  const rates: number[] = [];
  let seconds = 0;
  let slowest = 0;
  for (let n = 1; n <= size.files; n++) {
    const count = Math.min(each, size.events - (n - 1) * each);
    await writeLines(file, take(lines, count));
    const { storing, learning } = await timeImport(shop, 'events', file, env);
    rates.push(count / storing);
    seconds += storing + learning;
    slowest = Math.max(slowest, learning);
    rows.push(
      row(
        `import: file ${n} of ${size.files}, ${count} events, until the last line is stored`,
        count / storing,
        'events/s',
      ),
    );
    rows.push(
      row(`import: file ${n} of ${size.files}, from the last line stored until everything is learned`, learning, 's'),
    );
    console.error(
      `file ${n} of ${size.files}: ${Math.round(count / storing)} events/s, learned ${learning.toFixed(1)} s later`,
    );
  }
  rmSync(file);
  rows.push(row('import: all events, the whole commands', size.events / seconds, 'events/s'));
  rows.push(
    row("import: the last file's rate as a share of the first's", (100 * rates[rates.length - 1]) / rates[0], '%'),
  );
  rows.push(row('import: longest from the last line stored until everything is learned', slowest, 's'));
  rows.push(row('import: how often the learner lease changed hands', (await learnerToken(shop)) - token, 'times'));
  return rows;
}

async function timeImport(shop: BenchShop, kind: string, file: string, env: NodeJS.ProcessEnv): Promise<Imported> {
  const { pool } = shop.platform;
  const began = performance.now();
  let stored = began;
  let position = await newestPosition(pool);
  const look = async () => {
    const now = await newestPosition(pool);
    if (now > position) stored = performance.now();
    position = now;
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS);
  await shop.command(['import', kind, file, '--json'], env);
  clearInterval(timer);
  await look();
  return { storing: (stored - began) / 1_000, learning: (performance.now() - stored) / 1_000 };
}

function* productLines(catalogue: ReturnType<typeof syntheticCatalogue>): Generator<string> {
  for (let n = 0; n < catalogue.size; n++) yield `${JSON.stringify(catalogue.product(n))}\n`;
}

/** Returns the next `count` lines of an iterator that can be read further afterwards. */
export function* take(lines: Iterator<string>, count: number): Generator<string> {
  for (let n = 0; n < count; n++) {
    const next = lines.next();
    if (next.done) return;
    yield `${next.value}\n`;
  }
}

export async function writeLines(file: string, lines: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(chunks(lines)), createWriteStream(file));
}

function* chunks(lines: Iterable<string>): Generator<string> {
  let chunk: string[] = [];
  for (const line of lines) {
    if (chunk.push(line) < LINES_AT_ONCE) continue;
    yield chunk.join('');
    chunk = [];
  }
  yield chunk.join('');
}
