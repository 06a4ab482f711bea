/** A shop whose inbox is under test: functions to send events, and to read the state of each batch and the log. */
import type { Pool } from 'pg';
import { connectPostgres } from '../../src/platform/postgres';
import { LIST, RECORD, type RecordAnswer } from './operations';
import { ADMIN_KEY, type startApi, type ShopProcess } from './processes';
import { testNamespace, type TestNamespace } from './shop';
import { until } from './until';

const BATCHES = `query($state: InboxState, $first: Int, $after: String) {
  inboxBatches(state: $state, first: $first, after: $after) {
    nodes { id state events attempts receivedAt retryAt lastError position parent }
    pageInfo { hasNextPage endCursor }
  }
}`;
const REJECTED = '{ rejectedEvents { nodes { id code message event } } }';
const RETRY = `mutation($ids: [ID!]!) {
  retryRejectedEvents(input: { ids: $ids }) { accepted receipt errors { index code } }
}`;

interface Batches {
  readonly nodes: readonly {
    readonly id: string;
    readonly state: string;
    readonly events: number;
    readonly attempts: number;
    readonly retryAt: string | null;
    readonly lastError: string | null;
    readonly position: string | null;
    readonly parent: string | null;
  }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}
interface Rejected {
  readonly id: string;
  readonly code: string;
  readonly message: string;
  readonly event: { readonly id: string; readonly type: string };
}
interface Retried {
  readonly accepted: number;
  readonly receipt: string | null;
  readonly errors: readonly { index: number; code: string }[];
}
type Api = Awaited<ReturnType<typeof startApi>>;

export const YESTERDAY = Date.now() - 86_400_000;
export const event = (id: string, more: object = {}) => ({
  source: 'SUPPORT',
  id,
  occurredAt: new Date(YESTERDAY).toISOString(),
  type: 'VIEW',
  customerId: 'alice',
  productId: 'mug',
  ...more,
});
export const events = (prefix: string, count: number) =>
  [...Array(count).keys()].map((n) => event(`${prefix}-${String(n).padStart(2, '0')}`));

export class InboxShop {
  private readonly processes: ShopProcess[] = [];
  private api: Api | undefined;
  private hurrying: NodeJS.Timeout | undefined;

  private constructor(
    readonly shop: TestNamespace,
    readonly pool: Pool,
  ) {}

  static async open(): Promise<InboxShop> {
    const shop = await testNamespace();
    return new InboxShop(shop, connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 }));
  }

  /** Registers a process that ends with the test. */
  keep<P extends ShopProcess>(started: P): P {
    this.processes.push(started);
    return started;
  }

  /** Sends all operations through this API process from now on. */
  async through(starting: Promise<Api>): Promise<Api> {
    return (this.api = this.keep(await starting));
  }

  get client() {
    return this.door.client;
  }

  /** Returns the metrics of an API process of the shop as plain text. */
  metrics = async () => {
    const headers = { authorization: `Bearer ${ADMIN_KEY}` };
    return (await fetch(`http://127.0.0.1:${this.door.port}/metrics`, { headers })).text();
  };

  private get door(): Api {
    if (!this.api) throw new Error('no API process yet');
    return this.api;
  }

  /** @returns the receipt */
  async record(batch: object[]): Promise<string> {
    const { recordEvents } = await this.client.data<RecordAnswer>(RECORD, { events: batch });
    expect(recordEvents).toMatchObject({ accepted: batch.length, errors: [] });
    return recordEvents.receipt!;
  }

  batches = async (variables: object = {}) =>
    (await this.client.data<{ inboxBatches: Batches }>(BATCHES, variables)).inboxBatches;

  codeOfBatches = (variables: object) => this.client.code(BATCHES, variables);

  rejected = async () =>
    (await this.client.data<{ rejectedEvents: { nodes: Rejected[] } }>(REJECTED)).rejectedEvents.nodes;

  retry = async (ids: string[]) =>
    (await this.client.data<{ retryRejectedEvents: Retried }>(RETRY, { ids })).retryRejectedEvents;

  logged = async () =>
    (await this.pool.query<{ id: string }>('SELECT id FROM events ORDER BY id COLLATE "C"')).rows.map((row) => row.id);

  /** Waits for the receipt, longer than one query would. @returns the code of any other error */
  applied = (receipt: string) =>
    until(
      () => this.client.code(LIST, { input: { intent: 'POPULAR', awaitReceipt: receipt } }),
      (code) => code !== 'TIMEOUT',
    );

  /** Ends the retry interval of failed batches from now on, so that the workers' next sweep retries them. */
  hurry(): void {
    this.hurrying ??= setInterval(
      () => void this.pool.query(`UPDATE inbox SET retry_at = now() WHERE state = 'FAILING'`).catch(() => undefined),
      200,
    );
  }

  async close(): Promise<void> {
    clearInterval(this.hurrying);
    await Promise.all(this.processes.map((each) => each.stop()));
    await this.pool.end();
    await this.shop.drop();
  }
}
