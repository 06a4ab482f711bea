import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { createLineReader, type Format, type ImportKind } from '../../../src/imports/formats';
import { importFile, type ImportResult } from '../../../src/imports/import-file';
import type { ImportTarget } from '../../../src/imports/import-target';
import { readFileLines } from '../../../src/imports/lines';
import { RejectsFile } from '../../../src/imports/rejects-file';
import { testFolder } from '../../setup/shop';

const HEADER = 'order,line,customer,product,quantity,price,currency,placedAt';
const row = (order: string, line: number, more: { customer?: string; product?: string } = {}) =>
  `${order},${line},${more.customer ?? 'c'},${more.product ?? 'mug'},1,9.50,EUR,2026-03-01T10:15:00Z`;

describe('a file that is imported', () => {
  const folder = testFolder('import-file');
  let stored: string[];

  /** Takes everything but orders of the customer `refused`, and knows no product. */
  const target: ImportTarget = {
    events: () => Promise.reject(new Error('unused')),
    products: (batch) => {
      stored.push(...batch.map(({ id }) => id));
      return Promise.resolve({ imported: batch.length, unchanged: 0, rejected: [] });
    },
    orders: (batch) => {
      const wrong = batch.flatMap(({ customerId }, index) => (customerId === 'refused' ? [index] : []));
      const taken = batch.filter((_, index) => !wrong.includes(index));
      const lines = taken.flatMap(({ id, lines: each = [] }) => each!.map((line) => `${id}:${line.id}`));
      stored.push(...lines);
      const errors = wrong.map((index) => ({
        index,
        code: 'CONFLICT',
        message: 'customerId is another one',
        path: null,
      }));
      return Promise.resolve({ accepted: taken.length, unchanged: 0, changedLines: lines.length, errors });
    },
    shipments: () => Promise.reject(new Error('unused')),
    missingProducts: (ids) => Promise.resolve(ids),
    waitUntilApplied: () => Promise.resolve(),
  };

  const load = async (
    name: string,
    bytes: Buffer | string,
    kind: ImportKind = 'orders',
    format: Format = 'csv',
  ): Promise<ImportResult & { rejects: string | null }> => {
    const file = path.join(folder, name);
    writeFileSync(file, bytes);
    stored = [];
    const rejects = new RejectsFile(`${file}.rejected.csv`);
    const result = await importFile({
      expected: { kind, format, file },
      lines: readFileLines(file),
      reader: createLineReader(kind, format),
      target,
      rejects,
    });
    const rejectsPath = await rejects.close();
    return { ...result, rejects: rejectsPath && readFileSync(rejectsPath, 'utf8') };
  };

  it('may be joined from several with byte order marks and headers', async () => {
    const part = (order: string) => `\ufeff${HEADER}\r\n${row(order, 1)}\r\n`;
    expect(await load('joined.csv', part('a') + part('b'))).toMatchObject({ lines: 2, imported: 2, rejected: 0 });
    // With the same columns in another order.
    const columns = HEADER.split(',').reverse().join();
    const other = `${columns}\n${row('d', 1).split(',').reverse().join()}\n`;
    expect(await load('others.csv', part('c') + other)).toMatchObject({ lines: 2, imported: 2, rejected: 0 });
    expect(stored).toEqual(['c:1', 'd:1']);
    const product = (id: string) => `\ufeff{"id":"${id}","title":"Mug"}\n`;
    expect(await load('joined.jsonl', product('a') + product('b'), 'products', 'jsonl')).toMatchObject({ imported: 2 });
  });

  it.each([
    [
      'jsonl',
      [
        '{"id":"s1","orderId":"o1","carrier":"DHL","signedBy":"SMITH"}',
        '{"id":"s2","orderId":"o1","carrier":"DHL","scans":[{"type":"J. SMITH signed","occurredAt":"2026-03-01T10:15:00Z"}]}',
        '{"id":"s3","orderId":"o1","carrier":"DHL","scans":[{"type":"DELIVERED","occurredAt":"yesterday","place":"Ulm, signed by SMITH"}]}',
        '{"id":"s4","description":SMITH}',
        Buffer.from('{"id":"s5","description":"SMITH \xfc"}', 'latin1'),
      ],
      [
        '{"id":"s1","orderId":"o1","carrier":"DHL","signedBy":"…"}',
        '{"id":"s2","orderId":"o1","carrier":"DHL","scans":[{"type":"","occurredAt":"2026-03-01T10:15:00Z"}]}',
        '{"id":"s3","orderId":"o1","carrier":"DHL","scans":[{"type":"DELIVERED","occurredAt":"yesterday","place":"Ulm"}]}',
        ...['', ''],
      ],
    ],
    [
      'csv',
      [
        'id,orderId,carrier,service,deliveredAt,signed by',
        's1,o1,DHL,"EXPRESS, signed for as: SMITH",yesterday,SMITH',
        's2,o1,DHL,SMITH',
      ],
      ['s1,o1,DHL,EXPRESS,yesterday,…', ''],
    ],
  ] as const)('lists rejected parcels without who has received them: %s', async (format, lines, originals) => {
    const bytes = lines.flatMap((line) => [Buffer.from(line as string), Buffer.from('\n')]);
    const { rejected, rejects, firstRejected } = await load(
      `parcels.${format}`,
      Buffer.concat(bytes),
      'shipments',
      format,
    );
    expect(rejected).toBe(originals.length);
    expect(JSON.stringify([rejects, firstRejected])).not.toContain('SMITH');
    const quoted = originals.map((text) => `"${text.replaceAll('"', '""')}"`);
    expect(
      rejects!
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((row, n) => row.endsWith(quoted[n]) || row),
    ).toEqual(originals.map(() => true));
  });

  it('is read as far as it goes when it was cut short, and says so', async () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => row(`order-${n}-${Math.sin(n)}`, 1));
    const packed = gzipSync([HEADER, ...rows].join('\n'));
    const cut = await load('cut.csv.gz', packed.subarray(0, packed.length / 2));
    expect(cut.damage).toMatch(
      /cut\.csv\.gz can't be unpacked beyond line \d+: unexpected end of file\. The file is cut short or damaged\.$/,
    );
    expect(cut.imported).toBeGreaterThan(5_000);
    expect(cut.imported).toBe(stored.length);
    expect(Number(/line (\d+)/.exec(cut.damage ?? '')?.[1])).toBe(cut.lines + 1);
    expect(await load('none.csv.gz', 'not gzip')).toMatchObject({
      lines: 0,
      damage: expect.stringMatching(/beyond line 0: incorrect header check/) as string,
    });
    expect((await load('whole.csv.gz', packed)).damage).toBeUndefined();
  });

  it('names its encoding if the header is not UTF-8', async () => {
    const bytes = Buffer.from(`${HEADER},Gr\xf6\xdfe\n${row('a', 1)},XL\n`, 'latin1');
    await expect(load('latin1.csv', bytes)).rejects.toThrow(
      /The first line must name the columns, but the line is not UTF-8: byte F6 after ".*,Gr"\. Convert the file, for example with iconv/,
    );
  });

  it('counts products that the catalogue lacks only of lines that are stored', async () => {
    const rows = [row('a', 1), row('b', 1, { customer: 'refused', product: 'teapot' }), row('c', 1, { product: '' })];
    expect(await load('unknown.csv', [HEADER, ...rows].join('\n'))).toMatchObject({
      imported: 1,
      rejected: 2,
      unknownProducts: { count: 1, lines: 1, first: ['mug'] },
    });
  });

  it('counts the lines with the id of an earlier one', async () => {
    const rows = [row('a', 1), row('a', 2), row('b', 1), row('a', 1), row('a', 1)];
    expect(await load('again.csv', [HEADER, ...rows].join('\n'))).toMatchObject({ imported: 5, repeated: 2 });
    const products = ['a', 'b', 'a'].map((id) => JSON.stringify({ id, title: 'Mug' })).join('\n');
    expect(await load('again.jsonl', products, 'products', 'jsonl')).toMatchObject({ imported: 3, repeated: 1 });
  });

  it('lists rejected lines so that no spreadsheet computes them', async () => {
    const rows = ['=HYPERLINK("http://x"),1', '@SUM(A1),1', row('a', 1)];
    const { rejects } = await load('formulas.csv', [HEADER, ...rows].join('\n'));
    expect(rejects?.split('\n').slice(1, 3)).toEqual([
      expect.stringMatching(/,"'=HYPERLINK\(""http:\/\/x""\),1"$/),
      expect.stringMatching(/,"'@SUM\(A1\),1"$/),
    ]);
  });
});
