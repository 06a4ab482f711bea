import { once } from 'node:events';
import { createWriteStream, fchmodSync, fstatSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { readConfig } from '../src/config';
import { readPredictionsForExport } from '../src/customers/profiles/profile-export.store';
import { readSegmentChangesAfter } from '../src/customers/profiles/segment-change.store';
import { readAudienceMembersForExport, readMembersForExport } from '../src/customers/segments/segment-export.store';
import { findIdFault } from '../src/graphql/id';
import type { Pool } from '../src/platform/postgres';
import { csvRow } from './csv-row';
import { writePerson } from './export-person';
import { UsageError } from './usage-error';
import { withShop } from './with-shop';

export const EXPORT_USAGE = `export predictions|segment-members|segment-changes|audience-members [FILE] [--segment ID] [--audience ID] [--json]
  npm run -s freshet -- export person ID [FILE] [--json]`;

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

/** What one run writes. */
interface Task {
  readonly file: string;
  readonly write: (pool: Pool, out: Writable) => Promise<number>;
  /** Whether only the owner of the file may read it. */
  readonly isPrivate: boolean;
}

/**
 * Runs `export`: writes predictions, the members of segments or audiences, or entries into segments and exits, as CSV; or
 * all that is stored about a person, as JSON.
 */
export async function runExport(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { segment: { type: 'string' }, audience: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const { file, write, isPrivate } =
    positionals[0] === 'person' ? personTask(positionals, values) : tableTask(positionals, values);
  if (values.json && file === '-') throw new UsageError('--json needs a FILE, because standard output has the export');
  const rows = await withShop(readConfig(), 'export', async ({ pool }) => {
    const out = file === '-' ? process.stdout : createWriteStream(file, isPrivate ? { mode: 0o600 } : {});
    const failed = new Promise<never>((_, reject) => void out.once('error', reject));
    if (isPrivate && out !== process.stdout) makePrivate(await Promise.race([opened(out), failed]));
    const written = await Promise.race([write(pool, out), failed]);
    if (out !== process.stdout) {
      out.end();
      await finished(out);
    }
    return written;
  });
  if (values.json) console.log(JSON.stringify({ file, rows }));
  else console.error(`${rows} rows written${file === '-' ? '' : ` to ${file}`}`);
}

async function opened(out: Writable): Promise<number> {
  const [fd] = (await once(out, 'open')) as [number];
  return fd;
}

/** Makes a file private that was there before: a new one is created private. */
function makePrivate(fd: number): void {
  if (fstatSync(fd).isFile()) fchmodSync(fd, 0o600);
}

interface Filters {
  readonly segment?: string;
  readonly audience?: string;
}

function tableTask([what = '', file = '-', ...others]: readonly string[], filters: Filters): Task {
  const writeExport = EXPORTS.get(what);
  if (others.length > 0 || writeExport === undefined)
    throw new UsageError(`the exports are ${[...EXPORTS.keys(), 'person'].join(', ')}`);
  const option = what === 'audience-members' ? 'audience' : 'segment';
  const other = option === 'audience' ? 'segment' : 'audience';
  if (filters[other] !== undefined) throw new UsageError(`--${other} does not apply to ${what}`);
  if (filters.segment !== undefined && !/^\d{1,9}$/.test(filters.segment))
    throw new UsageError(`--segment must be the id of a segment, such as 3; got ${filters.segment}`);
  return { file, write: (pool, out) => writeExport(pool, out, filters[option] ?? null), isPrivate: false };
}

function personTask([, id, file = '-', ...others]: readonly string[], filters: Filters): Task {
  if (id === undefined || others.length > 0)
    throw new UsageError('export person takes the id of a customer, and a FILE');
  const fault = findIdFault('the id', id);
  if (fault !== undefined) throw new UsageError(fault);
  for (const option of ['segment', 'audience'] as const)
    if (filters[option] !== undefined) throw new UsageError(`--${option} does not apply to person`);
  return { file, write: (pool, out) => writePerson(pool, out, id), isPrivate: true };
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
