import 'reflect-metadata';
import { CsvShipments } from '../../../src/imports/csv-shipments';
import type { LineReader } from '../../../src/imports/import-file';
import { JsonlShipments } from '../../../src/imports/jsonl-shipments';
import { detectWrongFile } from '../../../src/imports/wrong-file';

const AT = '2026-03-01T10:15:00Z';
const LATER = '2026-03-03T09:00:00Z';
const NOW = Date.parse('2026-03-10T00:00:00Z');
const SHIPMENT = { id: 's1', orderId: 'o1', carrier: 'DHL', destination: { country: 'FR', postcode: '75011' } };
const SCANS = [
  { id: 'x', type: 'HUB_IN', occurredAt: LATER, place: 'Leipzig' },
  { type: 'PICKED_UP', occurredAt: AT },
];
const HEADER =
  'id,orderId,carrier,service,kind,originName,originCountry,destinationCountry,destinationPostcode,promisedAt,updatedAt,handedOverAt,outForDeliveryAt,deliveredAt,note';
const row = (...fields: string[]) => Array.from({ length: 15 }, (_, n) => fields[n] ?? '').join(',');

const readAll = (reader: LineReader, ...texts: string[]) => texts.map((text) => reader.read(text)).at(-1);
const jsonl = (value: unknown) =>
  readAll(new JsonlShipments(() => NOW), typeof value === 'string' ? value : JSON.stringify(value));
const csv = (...lines: string[]) => readAll(new CsvShipments(() => NOW), HEADER, ...lines);

describe('reading shipments as JSON lines', () => {
  it('reads a shipment with its scans, and dates its record by the first of them', () => {
    expect(jsonl({ ...SHIPMENT, scans: SCANS })).toMatchObject({
      line: 1,
      shipment: {
        shipment: { ...SHIPMENT, updatedAt: new Date(AT) },
        scans: [
          { ...SCANS[0], shipmentId: 's1', occurredAt: new Date(LATER) },
          { type: 'PICKED_UP', shipmentId: 's1', occurredAt: new Date(AT) },
        ],
      },
    });
    const dated = jsonl({ ...SHIPMENT, updatedAt: LATER, scans: SCANS });
    expect(dated).toMatchObject({ shipment: { shipment: { updatedAt: new Date(LATER) } } });
    expect(jsonl({ ...SHIPMENT, updatedAt: LATER })).toMatchObject({ shipment: { scans: [] } });
    expect(jsonl(' ')).toBeUndefined();
  });

  it.each([
    ['{', /^the line is not JSON: /],
    ['[]', /^the line must be an object$/],
    [{ ...SHIPMENT, carrier: undefined, scans: SCANS }, /^carrier is missing$/],
    [{ ...SHIPMENT, carrier: ' ', scans: SCANS }, /^carrier must not be blank$/],
    [{ ...SHIPMENT, id: 'a:b', scans: SCANS }, /^id must not contain ":"$/],
    [{ ...SHIPMENT, destination: { country: 'XX' }, scans: SCANS }, /^destination\.country must be a country code/],
    [SHIPMENT, /^updatedAt is missing: a shipment without scans in a file requires it$/],
    [{ ...SHIPMENT, scans: 5 }, /^scans must be a list$/],
    [{ ...SHIPMENT, scans: Array(301).fill(SCANS[0]) }, /^scans must have at most 300 items; got 301$/],
    [{ ...SHIPMENT, scans: [SCANS[0], []] }, /^scans\[1\]: the value must be an object; got a list$/],
    [{ ...SHIPMENT, scans: [{ ...SCANS[0], type: 'LOST?' }] }, /^scans\[0\]\.type must be one of .*; got "LOST\?"$/],
    [
      { ...SHIPMENT, scans: [{ ...SCANS[0], occurredAt: '2026-04-01T00:00:00Z' }] },
      /^scans\[0\]\.occurredAt must be at/,
    ],
    [{ ...SHIPMENT, scans: [{ ...SCANS[0], shipmentId: 's2' }] }, /^scans\[0\]\.shipmentId must be the id of the ship/],
    [
      { ...SHIPMENT, scans: [{ ...SCANS[0], signature: 'Mia' }] },
      /^scans\[0\]\.signature is not a field of ScanInput$/,
    ],
  ])('rejects %j', (value, message) => {
    expect(jsonl(value)).toMatchObject({
      line: 1,
      rejected: expect.any(String) as string,
      message: expect.stringMatching(message) as string,
    });
  });
});

it('takes local times of scans in JSON lines', () => {
  const scans = [{ type: 'PICKED_UP', occurredAt: '2026-03-01T10:15', timeZone: 'America/New_York' }];
  const at = new Date('2026-03-01T15:15:00Z');
  expect(jsonl({ ...SHIPMENT, scans })).toMatchObject({
    shipment: { shipment: { updatedAt: at }, scans: [{ occurredAt: at }] },
  });
  expect(jsonl({ ...SHIPMENT, scans: [{ ...scans[0], timeZone: null }] })).toMatchObject({
    message: 'scans[0].occurredAt must have an offset, or the scan a timeZone',
  });
});

describe('reading shipments as CSV', () => {
  it('reads a shipment and the times of its scans by the names of the columns', () => {
    const line = row(
      's1',
      'o1',
      'DHL',
      'EXPRESS',
      'RETURN',
      'Leipzig',
      'DE',
      'FR',
      '75011',
      LATER,
      '',
      AT,
      '',
      LATER,
      'x',
    );
    expect(csv(line)).toEqual({
      line: 2,
      shipment: {
        shipment: {
          ...{ id: 's1', orderId: 'o1', carrier: 'DHL', service: 'EXPRESS', kind: 'RETURN' },
          ...{ origin: { name: 'Leipzig', country: 'DE' }, destination: { country: 'FR', postcode: '75011' } },
          ...{ promisedAt: new Date(LATER), updatedAt: new Date(AT) },
        },
        scans: [
          { shipmentId: 's1', type: 'PICKED_UP', occurredAt: new Date(AT) },
          { shipmentId: 's1', type: 'DELIVERED', occurredAt: new Date(LATER) },
        ],
      },
    });
  });

  it('takes local times of scans with their time zone', () => {
    const header = 'id,orderId,carrier,handedOverAt,deliveredAt,timeZone';
    const read = (...fields: string[]) =>
      readAll(new CsvShipments(() => NOW), header, ['s1', 'o1', 'DHL', ...fields].join(','));
    const scans = [
      { type: 'PICKED_UP', occurredAt: new Date('2026-03-01T09:15:00Z'), timeZone: 'Europe/Berlin' },
      { type: 'DELIVERED', occurredAt: new Date('2026-03-03T08:00:00Z'), timeZone: 'Europe/Berlin' },
    ];
    expect(read('2026-03-01T10:15:00', '2026-03-03T08:00:00Z', 'Europe/Berlin')).toMatchObject({
      shipment: { shipment: { updatedAt: scans[0].occurredAt }, scans },
    });
    expect(read('2026-03-01T10:15:00', '', '')).toMatchObject({
      message: 'handedOverAt must have an offset, or the scan a timeZone; got "2026-03-01T10:15:00"',
    });
    expect(read('', '2026-03-01T10:15:00', 'Berlin')).toMatchObject({
      message: 'timeZone must be an IANA name such as Europe/Berlin; got "Berlin"',
    });
    expect(read('2026-03-01T10:15:00+05:00', '', 'Europe/Berlin')).toMatchObject({
      message: expect.stringMatching(
        /^handedOverAt must have the offset of Europe\/Berlin .* \+01:00, or Z; got \+05:00$/,
      ) as string,
    });
  });

  it('names the column of the wrong field', () => {
    const reasonOf = (...fields: string[]) => {
      const read = csv(row(...fields));
      return read !== undefined && 'rejected' in read ? read.message : read;
    };
    const scanned = (...times: string[]) => ['s1', 'o1', 'DHL', '', '', '', '', '', '', '', '', ...times];
    expect(reasonOf(...scanned(AT, '', 'yesterday'))).toMatch(/^deliveredAt must be a time .*; got "yesterday"$/);
    expect(reasonOf(...scanned('', '2026-04-01T00:00:00Z'))).toBe(
      'outForDeliveryAt must be at most 5 minutes in the future; got "2026-04-01T00:00:00Z"',
    );
    expect(reasonOf('', 'o1', 'DHL')).toBe('id is missing; got ""');
    expect(reasonOf('s1', 'o1', 'DHL', '', 'BACK')).toBe('kind must be one of OUTBOUND, RETURN; got "BACK"');
    expect(reasonOf('s1', 'o1', 'DHL', '', '', '', 'Germany', '', '', '', AT)).toBe(
      'originCountry must be a country code of ISO 3166-1 such as DE; got "Germany"',
    );
    expect(reasonOf('s1', 'o1', 'DHL')).toMatch(/^updatedAt is missing/);
    expect(csv('s1,o1')).toMatchObject({ line: 2, rejected: 'MALFORMED' });
    expect(() => new CsvShipments().read('id;orderId;carrier')).toThrow(/semicolons: separate them by commas\.$/);
  });
});

it('a file of shipments is recognised where another kind is expected', () => {
  const shipment = JSON.stringify({ ...SHIPMENT, scans: SCANS });
  const mistake = (sample: string, kind: 'orders' | 'shipments', format: 'jsonl' | 'csv') =>
    detectWrongFile([sample], { kind, format, file: 'file' });
  expect(mistake(shipment, 'orders', 'jsonl')).toMatch(/a file of shipments, not of orders/);
  expect(mistake(HEADER, 'shipments', 'jsonl')).toMatch(/shipments as CSV\. Use: import shipments file --format csv$/);
  expect(mistake('shipment,order,carrier', 'shipments', 'jsonl')).toMatch(
    /columns id, orderId, carrier, and --format csv/,
  );
});
