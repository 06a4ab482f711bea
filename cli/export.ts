import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { readConfig } from '../src/config';
import { readPredictionsForExport } from '../src/customers/profiles/profile-export.store';
import { readSegmentChangesAfter } from '../src/customers/profiles/segment-change.store';
import { readAudienceMembersForExport, readMembersForExport } from '../src/customers/segments/segment-export.store';
import type { Pool } from '../src/platform/postgres';
import { csvRow } from './csv-row';
import { UsageError } from './usage-error';
import { withShop } from './with-shop';

export const EXPORT_USAGE = `export predictions|segment-members|segment-changes|audience-members [FILE] [--segment ID] [--audience ID] [--json]`;

const PAGE = 5_000;

type Row = readonly (string | null)[];

/** A table that is written as CSV. */
interface Export<Key> {
  readonly header: readonly string[];
  readonly start: Key;
  /**
   * Reads the rows after `after`, at most {@link PAGE}; none at the end.
   * @param id only rows of this segment or audience; null: all rows
   */
  readonly readPage: (pool: Pool, id: string | null, after: Key) => Promise<readonly { key: Key; row: Row }[]>;
}

function define<Key>(definition: Export<Key>) {
  return (pool: Pool, out: Writable, id: string | null) => writeTable(definition, pool, out, id);
}

const decimal = (value: number | null) => (value === null ? null : String(value));

const EXPORTS = new Map([
  [
    'predictions',
    define({
      header: [
        'customerId',
        'segmentId',
        'purchaseProbability',
        'expectedAmount',
        'lowAmount',
        'highAmount',
        'currency',
        'churnProbability',
        'asOf',
      ],
      start: '',
      readPage: async (pool, segmentId, after) =>
        (await readPredictionsForExport(pool, segmentId, after, PAGE)).map((each) => ({
          key: each.customerId,
          row: [
            each.customerId,
            each.segmentId,
            decimal(each.purchaseProbability),
            each.expectedAmount?.toFixed(2) ?? null,
            each.lowAmount?.toFixed(2) ?? null,
            each.highAmount?.toFixed(2) ?? null,
            each.currency,
            decimal(each.churnProbability),
            each.asOf.toISOString(),
          ],
        })),
    }),
  ],
  [
    'segment-members',
    define({
      header: ['customerId', 'segmentId', 'segmentSince'],
      start: '',
      readPage: async (pool, segmentId, after) =>
        (await readMembersForExport(pool, segmentId, after, PAGE)).map((each) => ({
          key: each.customerId,
          row: [each.customerId, each.segmentId, each.segmentSince?.toISOString() ?? null],
        })),
    }),
  ],
  [
    'segment-changes',
    define({
      header: ['position', 'changedAt', 'customerId', 'previousSegmentId', 'segmentId'],
      start: { position: 0, customerId: '' },
      readPage: async (pool, segmentId, after) =>
        (await readSegmentChangesAfter(pool, segmentId, after, PAGE, { profiledOnly: true })).map((each) => ({
          key: each,
          row: [
            String(each.position),
            each.changedAt.toISOString(),
            each.customerId,
            each.previousSegmentId,
            each.segmentId,
          ],
        })),
    }),
  ],
  [
    'audience-members',
    define({
      header: ['audienceId', 'customerId'],
      start: { audienceId: '', customerId: '' },
      readPage: async (pool, audienceId, after) =>
        (await readAudienceMembersForExport(pool, audienceId, after, PAGE)).map((each) => ({
          key: each,
          row: [each.audienceId, each.customerId],
        })),
    }),
  ],
]);

/** Runs `export`: writes predictions, the members of segments or audiences, or entries into segments and exits, as CSV. */
export async function runExport(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { segment: { type: 'string' }, audience: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [what = '', file = '-'] = positionals;
  const writeExport = EXPORTS.get(what);
  if (positionals.length > 2 || writeExport === undefined)
    throw new UsageError(`the exports are ${[...EXPORTS.keys()].join(', ')}`);
  const option = what === 'audience-members' ? 'audience' : 'segment';
  const other = option === 'audience' ? 'segment' : 'audience';
  if (values[other] !== undefined) throw new UsageError(`--${other} does not apply to ${what}`);
  if (values.json && file === '-') throw new UsageError('--json needs a FILE, because standard output has the CSV');
  if (values.segment !== undefined && !/^\d{1,9}$/.test(values.segment))
    throw new UsageError(`--segment must be the id of a segment, such as 3; got ${values.segment}`);
  const id = values[option] ?? null;
  const rows = await withShop(readConfig(), 'export', async ({ pool }) => {
    const out = file === '-' ? process.stdout : createWriteStream(file);
    const failed = new Promise<never>((_, reject) => void out.once('error', reject));
    const written = await Promise.race([writeExport(pool, out, id), failed]);
    if (out !== process.stdout) {
      out.end();
      await finished(out);
    }
    return written;
  });
  if (values.json) console.log(JSON.stringify({ file, rows }));
  else console.error(`${rows} rows written${file === '-' ? '' : ` to ${file}`}`);
}

/** @returns the number of rows, without the header */
async function writeTable<Key>(
  { header, start, readPage }: Export<Key>,
  pool: Pool,
  out: Writable,
  id: string | null,
): Promise<number> {
  await write(out, [header]);
  let after = start;
  for (let count = 0; ;) {
    const page = await readPage(pool, id, after);
    const last = page.at(-1);
    if (last === undefined) return count;
    await write(
      out,
      page.map(({ row }) => row),
    );
    after = last.key;
    count += page.length;
  }
}

/** Writes rows, and waits while the receiver is slower. */
async function write(out: Writable, rows: readonly Row[]): Promise<void> {
  if (!out.write(rows.map(csvRow).join(''))) await once(out, 'drain');
}
