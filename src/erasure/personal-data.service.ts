import type { PoolClient } from '../platform/postgres';
import { inSnapshot, type Pool } from '../platform/postgres';
import { findHeldPerson } from './held-person.store';
import { camelCase, type ReadRows } from '../rooms/personal-rows.store';
import type { Room } from '../rooms/room';
import { tablesOf } from './inventory';

/** A stored row with data of a person. */
export interface StoredRecord {
  /** The name of its table, in camel case. */
  readonly table: string;
  readonly key: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The place of a record in the list of a person's records. */
export type PersonalPlace = Pick<StoredRecord, 'table' | 'key'>;

/** Number of rows that are read at once. */
const PAGE = 10_000;

/**
 * What waits is read before the tables into which it goes. So a row that goes there between two pages may be read twice,
 * and never not at all.
 */
const WAITING = ['inbox', 'pending_merges'];

/** Returns the tables with a person's records, in the order of {@link personalRecords}: by name, so cursors stay valid. */
async function personalTables(rooms: readonly Room[]): Promise<[string, ReadRows][]> {
  return Object.entries(await tablesOf(rooms))
    .sort(([a], [b]) => Number(WAITING.includes(b)) - Number(WAITING.includes(a)) || (a < b ? -1 : 1))
    .flatMap(([name, table]): [string, ReadRows][] =>
      table.erase === 'not personal' || typeof table.export === 'string' ? [] : [[camelCase(name), table.export]],
    );
}

/** Reads the data that is stored about a customer, see {@link personalRecords}. */
export class PersonalDataService {
  constructor(
    private readonly pool: Pool,
    private readonly rooms: readonly Room[],
  ) {}

  /** Whether a person's records include those of this table. */
  async hasTable(table: unknown): Promise<boolean> {
    return (await personalTables(this.rooms)).some(([name]) => name === table);
  }

  /** Returns up to `count` records after a place. */
  page(customerId: string, after: PersonalPlace | undefined, count: number): Promise<StoredRecord[]> {
    return inSnapshot(this.pool, async (client) => {
      const records: StoredRecord[] = [];
      if (count > 0)
        for await (const record of personalRecords(client, this.rooms, customerId, { after, page: count }))
          if (records.push(record) === count) break;
      return records;
    });
  }
}

/**
 * Yields all data that is stored about a customer, by the inventory that an erasure uses: table by table, without what
 * others did in a visit that they shared. Values are as JSON has them, decimals as text.
 * @param client in a transaction that sees one snapshot
 */
export async function* personalRecords(
  client: PoolClient,
  rooms: readonly Room[],
  customerId: string,
  { after, page = PAGE }: { readonly after?: PersonalPlace; readonly page?: number } = {},
): AsyncGenerator<StoredRecord> {
  const person = await findHeldPerson(client, customerId);
  const tables = await personalTables(rooms);
  const first = after === undefined ? 0 : tables.findIndex(([table]) => table === after.table);
  for (const [table, read] of tables.slice(first)) {
    let key = table === after?.table ? after.key : '';
    for (let rows; rows === undefined || rows.length === page;) {
      rows = await read(client, person, key, page);
      for (const { row, key: rowKey } of rows) yield { table, key: (key = rowKey), data: toJson(row) };
    }
  }
}

function toJson(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(row)) as Record<string, unknown>;
}
