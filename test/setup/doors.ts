import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Pool } from 'pg';
import pino from 'pino';
import { Outbox } from '../../src/events/outbox.service';
import { DatabaseTarget } from '../../src/imports/database-target';
import { createLineReader, type Format, type ImportKind } from '../../src/imports/formats';
import { GraphqlTarget } from '../../src/imports/graphql-target';
import { importFile } from '../../src/imports/import-file';
import type { ImportTarget } from '../../src/imports/import-target';
import { readFileLines } from '../../src/imports/lines';
import { RejectsFile } from '../../src/imports/rejects-file';
import type { Platform } from '../../src/platform/connect';
import { connectPostgres } from '../../src/platform/postgres';
import { RedisPubSub } from '../../src/platform/pubsub';
import { eventLogOf } from './event-log';
import { RECORD, UPSERT } from './operations';
import { ORDERS } from './order-operations';
import { ADMIN_KEY, startApi } from './processes';
import { testFolder, testNamespace, type TestNamespace } from './shop';

export type Item = Readonly<Record<string, unknown>>;
export interface ItemErrorAnswer {
  readonly index: number;
  readonly code: string;
  readonly message: string;
  readonly path: string | null;
}
export interface LoadedFile {
  readonly lines: number;
  readonly imported: number;
  readonly unchanged: number;
  readonly rejected: readonly { readonly line: number; readonly reason: string; readonly message: string }[];
}

/** The bulk mutations of what files may hold. A line of a file of shipments is an item of two mutations. */
export const BULK = {
  events: { operation: RECORD, field: 'recordEvents', list: 'events' },
  products: { operation: UPSERT, field: 'upsertProducts', list: 'products' },
  orders: { operation: ORDERS, field: 'recordOrders', list: 'orders' },
} as const satisfies Record<Exclude<ImportKind, 'shipments'>, unknown>;
export type BulkKind = keyof typeof BULK;

/** A shop with all ways into it: HTTP, WebSocket, `POST /events`, and files to the database and to the API. */
export class Doors {
  private files = 0;
  /** Targets of imports. */
  readonly database: ImportTarget;
  readonly remote: ImportTarget;

  private constructor(
    readonly shop: TestNamespace,
    readonly api: Awaited<ReturnType<typeof startApi>>,
    readonly pool: Pool,
    private readonly pubSub: RedisPubSub,
    private readonly folder: string,
  ) {
    const log = pino({ level: 'silent' });
    const eventLog = eventLogOf(pool, new Outbox(pool, pubSub, log));
    this.database = new DatabaseTarget({ pool, log } as unknown as Platform, eventLog);
    this.remote = new GraphqlTarget(`http://127.0.0.1:${api.port}/graphql`, ADMIN_KEY);
  }

  static async open(): Promise<Doors> {
    const shop = await testNamespace();
    const folder = testFolder(`doors-${shop.namespace}`);
    mkdirSync(folder, { recursive: true });
    const pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 3 });
    const pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, pino({ level: 'silent' }));
    return new Doors(shop, await startApi(shop), pool, pubSub, folder);
  }

  async close(): Promise<void> {
    await this.api.stop();
    await this.pubSub.close();
    await this.pool.end();
    await this.shop.drop();
  }

  /** Imports a file of bytes. @returns the counts, and the rejected lines with reason and message */
  async load(
    kind: ImportKind,
    bytes: Buffer | string,
    format: Format = 'jsonl',
    target = this.database,
  ): Promise<LoadedFile> {
    const file = path.join(this.folder, `${this.files++}.${format}`);
    writeFileSync(file, bytes);
    const rejects = new RejectsFile(`${file}.rejected.csv`);
    const rejected: { line: number; reason: string; message: string }[] = [];
    rejects.add = ({ number }, reason, message) =>
      Promise.resolve(void rejected.push({ line: number, reason, message }));
    const { imported, unchanged, lines } = await importFile({
      lines: readFileLines(file),
      reader: createLineReader(kind, format),
      target,
      rejects,
    });
    return { imported, unchanged, lines, rejected };
  }

  /** Sends items as a variable of their bulk mutation. @returns the errors of items */
  async variables(kind: BulkKind, items: readonly Item[]): Promise<readonly ItemErrorAnswer[]> {
    const { operation, field, list } = BULK[kind];
    const answer = await this.api.client.data<Record<string, { errors: ItemErrorAnswer[] }>>(operation, {
      [list]: items,
    });
    return answer[field].errors;
  }

  /** Sends one item as a part of the document. @returns the code of what is wrong with it, if anything */
  async literal(kind: BulkKind, item: Item): Promise<string | undefined> {
    const { field, list } = BULK[kind];
    const { data, errors } = await this.api.client.send<Record<string, { errors: ItemErrorAnswer[] }>>(
      `mutation { ${field}(input: { ${list}: [${literalOf(item, true)}] }) { errors { index code message path } } }`,
    );
    return errors?.[0].extensions.code ?? data?.[field].errors[0]?.code;
  }

  /** Sends events to `POST /events`. */
  async http(events: readonly unknown[]): Promise<{ accepted: number; errors: readonly ItemErrorAnswer[] }> {
    const response = await fetch(`http://127.0.0.1:${this.api.port}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': ADMIN_KEY },
      body: JSON.stringify({ events }),
    });
    return (await response.json()) as { accepted: number; errors: readonly ItemErrorAnswer[] };
  }
}

/** Enum values of items; in a document they have no quotes. */
const ENUMS = new Set(['type', 'source', 'availability', 'kind']);

/** Writes a JSON value as a value of a GraphQL document. */
function literalOf(value: unknown, isItem = false): string {
  if (Array.isArray(value)) return `[${value.map((item) => literalOf(item)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).map(([name, inner]) => {
    const isEnum = isItem && ENUMS.has(name) && typeof inner === 'string' && /^[A-Z_]+$/.test(inner);
    return `${name}: ${isEnum ? inner : literalOf(inner)}`;
  });
  return `{ ${fields.join(', ')} }`;
}
