import type { ProductInput } from '../catalog/product.type';
import type { StoredEvent } from '../events/stored-event';
import { toEventInput } from '../events/to-event-input';
import { shipmentIdOf } from '../events/log-event';
import { MAX_SCANS_PER_REQUEST } from '../logistics/shipment.service';
import type { OrderInput } from '../orders/order-input.type';
import type { OrderWriteResult } from '../orders/order-transaction';
import { GraphqlPoster, MAX_WAIT_MS } from './graphql-poster';
import type { ImportTarget, ImportBatchResult } from './import-target';
import type { ImportedShipment } from './imported-shipment';
import { withFieldName } from './json-line';
import { writeShipmentBatch, type WrittenItem } from './shipment-writer';

interface MutationResult {
  readonly accepted: number;
  readonly unchanged?: number;
  readonly changedLines?: number;
  readonly receipt: string | null;
  readonly errors: readonly { index: number; code: string; message: string; path?: string | null }[];
}

interface MutationResponse {
  readonly data?: Record<string, MutationResult | null> | null;
  readonly errors?: readonly { message: string; extensions?: { code?: string; retryAfterMs?: number } }[];
}

const RECORD =
  'mutation($input: RecordEventsInput!) { result: recordEvents(input: $input) { accepted receipt errors { index code message path } } }';
const UPSERT =
  'mutation($input: UpsertProductsInput!) { result: upsertProducts(input: $input) { accepted unchanged receipt errors { index code message path } } }';
const RECORD_ORDERS =
  'mutation($input: RecordOrdersInput!) { result: recordOrders(input: $input) { accepted unchanged changedLines receipt errors { index code message path } } }';
const RECORD_SHIPMENTS =
  'mutation($input: RecordShipmentsInput!) { result: recordShipments(input: $input) { accepted receipt errors: userErrors { index code message } } }';
const RECORD_SCANS =
  'mutation($input: RecordScansInput!) { result: recordScans(input: $input) { accepted receipt errors: userErrors { index code message } } }';
const REJECTED =
  'query($receipt: ID!, $after: String) { rejectedEvents(receipt: $receipt, first: 100, after: $after) { nodes { code message event } pageInfo { hasNextPage endCursor } } }';
const AWAIT_SHIPMENTS = 'query($receipt: ID!) { shipments(first: 1, awaitReceipt: $receipt) { nodes { id } } }';
const AWAIT =
  'query($receipt: ID!) { recommendations(input: { intent: POPULAR, awaitReceipt: $receipt }, first: 1) { revision } }';

interface ProductsResponse {
  readonly data?: Record<string, { readonly id: string } | null> | null;
  readonly errors?: readonly { message: string }[];
}

interface RejectedResponse {
  readonly data?: {
    readonly rejectedEvents: {
      readonly nodes: readonly {
        readonly code: string;
        readonly message: string;
        readonly event: { readonly id: string; readonly occurredAt: number };
      }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
  readonly errors?: readonly { message: string }[];
}

const MAX_IDS_PER_REQUEST = 50;

/** Imports into a remote shop over GraphQL, with a server key. */
export class GraphqlTarget implements ImportTarget {
  private readonly receipts = new Set<string>();
  private readonly poster: GraphqlPoster;

  constructor(
    private readonly url: string,
    apiKey: string,
  ) {
    this.poster = new GraphqlPoster(url, apiKey);
  }

  private post(query: string, variables: unknown): Promise<MutationResponse> {
    return this.poster.post(query, variables) as Promise<MutationResponse>;
  }

  events(batch: readonly StoredEvent[]): Promise<ImportBatchResult> {
    return this.write(RECORD, { events: batch.map(toEventInput) });
  }

  products(products: readonly ProductInput[]): Promise<ImportBatchResult> {
    return this.write(UPSERT, { products });
  }

  async orders(orders: readonly OrderInput[]): Promise<Omit<OrderWriteResult, 'receipt'>> {
    const { accepted, unchanged = 0, changedLines = 0, errors } = await this.send(RECORD_ORDERS, { orders });
    return { accepted, unchanged, changedLines, errors };
  }

  /** A worker reports what contradicts stored data. So each write waits until it has reached the log. */
  shipments(batch: readonly ImportedShipment[]): Promise<ImportBatchResult> {
    return writeShipmentBatch(batch, {
      maxScans: MAX_SCANS_PER_REQUEST,
      records: (shipments) =>
        this.recordParcels(RECORD_SHIPMENTS, { shipments }, shipments, ({ id, updatedAt }) =>
          identityOf(id, updatedAt?.getTime()),
        ),
      scans: (scans) =>
        this.recordParcels(RECORD_SCANS, { scans }, scans, ({ shipmentId, occurredAt }) =>
          identityOf(shipmentId, occurredAt.getTime()),
        ),
    });
  }

  private async recordParcels<Item>(
    query: string,
    input: unknown,
    items: readonly Item[],
    identity: (item: Item) => string,
  ): Promise<WrittenItem[]> {
    const { receipt, errors } = await this.send(query, input);
    const results: WrittenItem[] = items.map(() => 'imported');
    for (const { index, code, message } of errors) results[index] = { reason: code, message };
    if (receipt === null) return results;
    await this.waitForReceipt(receipt, Date.now() + MAX_WAIT_MS, AWAIT_SHIPMENTS);
    const rejections = await this.findRejections(receipt);
    return results.map((result, index) => (result === 'imported' && rejections.get(identity(items[index]!))) || result);
  }

  /** Returns the records and scans that a worker has rejected. Requests at the same time may share a receipt. */
  private async findRejections(receipt: string): Promise<Map<string, WrittenItem>> {
    const rejections = new Map<string, WrittenItem>();
    for (let after: string | null = null; ;) {
      const { data, errors } = (await this.post(REJECTED, { receipt, after })) as unknown as RejectedResponse;
      if (!data) throw new Error(`${this.url}: ${errors?.[0]?.message ?? 'no answer'}`);
      const { nodes, pageInfo } = data.rejectedEvents;
      for (const { code, message, event } of nodes)
        rejections.set(identityOf(shipmentIdOf(event.id), event.occurredAt), { reason: code, message });
      if (!pageInfo.hasNextPage) return rejections;
      after = pageInfo.endCursor;
    }
  }

  async missingProducts(ids: readonly string[]): Promise<string[]> {
    const missing: string[] = [];
    for (let at = 0; at < ids.length; at += MAX_IDS_PER_REQUEST) {
      const requestedIds = ids.slice(at, at + MAX_IDS_PER_REQUEST);
      const fields = requestedIds.map((id, n) => `p${n}: product(id: ${JSON.stringify(id)}) { id }`);
      const { data, errors } = (await this.post(`{ ${fields.join(' ')} }`, {})) as ProductsResponse;
      if (!data) throw new Error(`${this.url}: ${errors?.[0]?.message ?? 'no answer'}`);
      missing.push(...requestedIds.filter((_, n) => data[`p${n}`] === null));
    }
    return missing;
  }

  /** Waits for the receipt of every write, because writes may be applied in any order. */
  async waitUntilApplied(onProgress?: (share: number) => void): Promise<void> {
    const until = Date.now() + MAX_WAIT_MS;
    let appliedCount = 0;
    for (const receipt of this.receipts) {
      await this.waitForReceipt(receipt, until);
      onProgress?.(++appliedCount / this.receipts.size);
    }
  }

  private async waitForReceipt(receipt: string, until: number, query = AWAIT): Promise<void> {
    for (;;) {
      const { errors } = await this.post(query, { receipt });
      const error = errors?.[0];
      const code = error?.extensions?.code;
      // An unknown receipt has expired: its batch was applied long ago.
      if (!error || code === 'NOT_FOUND') return;
      if (code !== 'TIMEOUT' || Date.now() > until) throw new Error(`${this.url}: ${error.message}`);
    }
  }

  private async write(query: string, input: unknown): Promise<ImportBatchResult> {
    const result = await this.send(query, input);
    // STALE is not a rejection: the shop has newer data of the item.
    const stale = result.errors.filter(({ code }) => code === 'STALE').length;
    const rejected = result.errors
      .filter(({ code }) => code !== 'STALE')
      .map(({ index, code, message, path }) => ({
        index,
        reason: code,
        message: withFieldName(path, message),
      }));
    const unchanged = result.unchanged ?? 0;
    return { imported: result.accepted - unchanged, unchanged: unchanged + stale, rejected };
  }

  private async send(query: string, input: unknown): Promise<MutationResult> {
    const { data, errors } = await this.post(query, { input });
    const result = data?.result;
    if (!result) throw new Error(`${this.url}: ${errors?.[0]?.message ?? 'no answer'}`);
    if (result.receipt !== null) this.receipts.add(result.receipt);
    return result;
  }
}

/** Identifies a record or a scan in a request, as far as a rejected event does. */
function identityOf(shipmentId: string, at: number | undefined): string {
  return `${shipmentId} ${at}`;
}
