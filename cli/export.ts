import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import { readConfig } from '../src/config';
import { readChangesForExport, readMembersForExport } from '../src/customers/segments/segment-export.store';
import type { Pool } from '../src/platform/postgres';
import { csvRow } from './csv-row';
import { UsageError } from './usage-error';
import { withShop } from './with-shop';

export const EXPORT_USAGE = `export segment-members|segment-changes [FILE] [--segment ID] [--json]`;

const PAGE = 5_000;

type Row = readonly (string | null)[];

/** Runs `export`: writes the members of segments, or the entries and exits, as CSV. */
export async function runExport(argv: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { segment: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [what, file = '-'] = positionals;
  if (positionals.length > 2 || (what !== 'segment-members' && what !== 'segment-changes'))
    throw new UsageError('the exports are segment-members and segment-changes');
  if (values.json && file === '-') throw new UsageError('--json needs a FILE, because standard output has the CSV');
  if (values.segment !== undefined && !/^\d{1,9}$/.test(values.segment))
    throw new UsageError(`--segment must be the id of a segment, such as 3; got ${values.segment}`);
  const segmentId = values.segment ?? null;
  const rows = await withShop(readConfig(), 'export', async ({ pool }) => {
    const out = file === '-' ? process.stdout : createWriteStream(file);
    const failed = new Promise<never>((_, reject) => void out.once('error', reject));
    const written = await Promise.race([
      what === 'segment-members' ? writeMembers(pool, out, segmentId) : writeChanges(pool, out, segmentId),
      failed,
    ]);
    if (out !== process.stdout) {
      out.end();
      await finished(out);
    }
    return written;
  });
  if (values.json) console.log(JSON.stringify({ file, rows }));
  else console.error(`${rows} rows written${file === '-' ? '' : ` to ${file}`}`);
}

async function writeMembers(pool: Pool, out: Writable, segmentId: string | null): Promise<number> {
  await write(out, [['customerId', 'segmentId', 'segmentSince']]);
  let after = '';
  for (let count = 0; ;) {
    const page = await readMembersForExport(pool, segmentId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return count;
    await write(
      out,
      page.map((row) => [row.customerId, row.segmentId, row.segmentSince?.toISOString() ?? null]),
    );
    after = last.customerId;
    count += page.length;
  }
}

async function writeChanges(pool: Pool, out: Writable, segmentId: string | null): Promise<number> {
  await write(out, [['position', 'changedAt', 'customerId', 'previousSegmentId', 'segmentId']]);
  let after = { position: 0, customerId: '' };
  for (let count = 0; ;) {
    const page = await readChangesForExport(pool, segmentId, after, PAGE);
    const last = page.at(-1);
    if (last === undefined) return count;
    await write(
      out,
      page.map((row) => [
        String(row.position),
        row.changedAt.toISOString(),
        row.customerId,
        row.previousSegmentId,
        row.segmentId,
      ]),
    );
    after = last;
    count += page.length;
  }
}

/** Writes rows, and waits while the receiver is slower. */
async function write(out: Writable, rows: readonly Row[]): Promise<void> {
  if (!out.write(rows.map(csvRow).join(''))) await once(out, 'drain');
}
