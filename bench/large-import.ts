import { createWriteStream, rmSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pool } from '../src/platform/postgres';
import { eventLines, type ShopSize } from './large-shop';
import { learnerToken, row } from './large-watch';
import type { BenchRow } from './row';
import { syntheticCatalogue } from './search-service-shop';
import type { BenchShop } from './shop';

const LINES_AT_ONCE = 5_000;
const LOOK_EVERY_MS = 100;

interface Imported {
  /** When the last line was stored, in milliseconds since 1970. */
  readonly storedAt: number;
  /** Seconds until then, and from then until the command ended with everything learned. */
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

/**
 * Imports a synthetic shop with the `import` command, file by file, while the shop is running.
 * @returns the rows, and when the last line of the last file was stored, in milliseconds since 1970
 */
export async function importLargeShop(
  shop: BenchShop,
  options: ImportOptions,
): Promise<{ rows: BenchRow[]; storedAt: number }> {
  const { size, seed, folder, env } = options;
  const file = path.join(folder, 'lines.jsonl');
  await writeLines(file, productLines(syntheticCatalogue(size.products)));
  const began = performance.now();
  await shop.command(['import', 'products', file, '--json'], env);
  const productRate = (1_000 * size.products) / (performance.now() - began);
  const rows = [row(`import: ${size.products} products`, productRate, 'products/s')];
  const token = await learnerToken(shop);
  const lines = eventLines(size, seed, Math.floor(Date.now() / 86_400_000) * 86_400_000);
  const each = Math.ceil(size.events / size.files);
  const rates: number[] = [];
  const imported: Imported[] = [];
  for (let n = 1; n <= size.files; n++) {
    const count = Math.min(each, size.events - (n - 1) * each);
    await writeLines(file, take(lines, count));
    const cpu = await shop.stageCpuOf(async () => imported.push(await importEvents(shop, file, env)));
    const { storing, learning } = imported[n - 1];
    rates.push(count / storing);
    const name = `file ${n} of ${size.files}`;
    rows.push(
      row(`import: ${name}, ${count} events, until the last line is stored`, count / storing, 'events/s'),
      row(`import: ${name}, from the last line stored until everything is learned`, learning, 's'),
      ...Object.entries(cpu).map(([stage, seconds]) =>
        row(`import: ${name}, CPU time of 100,000 lines, ${stage}`, (100_000 * seconds) / count, 's'),
      ),
    );
    console.error(`${name}: ${Math.round(count / storing)} events/s, learned ${learning.toFixed(1)} s later`);
  }
  rmSync(file);
  const seconds = imported.reduce((sum, { storing, learning }) => sum + storing + learning, 0);
  const slowest = Math.max(...imported.map(({ learning }) => learning));
  rows.push(
    row('import: all events, the whole commands', size.events / seconds, 'events/s'),
    row("import: the last file's rate as a share of the first's", (100 * rates[rates.length - 1]) / rates[0], '%'),
    row('import: longest from the last line stored until everything is learned', slowest, 's'),
    row('import: how often the learner lease changed hands', (await learnerToken(shop)) - token, 'times'),
  );
  return { rows, storedAt: imported[size.files - 1].storedAt };
}

async function importEvents(shop: BenchShop, file: string, env: NodeJS.ProcessEnv): Promise<Imported> {
  const { pool } = shop.platform;
  const began = Date.now();
  let storedAt = began;
  let position = await newestImported(pool);
  const look = async () => {
    const now = await newestImported(pool);
    if (now > position) storedAt = Date.now();
    position = now;
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS);
  await shop.command(['import', 'events', file, '--json'], env);
  clearInterval(timer);
  await look();
  return { storedAt, storing: (storedAt - began) / 1_000, learning: (Date.now() - storedAt) / 1_000 };
}

/** Returns the newest log position of an import. Changes of profiles have later ones. */
async function newestImported(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ position: number }>(
    'SELECT position FROM log_batches WHERE backfill ORDER BY position DESC LIMIT 1',
  );
  return rows[0]?.position ?? 0;
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
