import type { GraphqlClient } from './graphql-client';
import { RECORD, type RecordAnswer } from './operations';
import { until } from './until';

const REFRESH = 'mutation($kind: ModelKind!) { refreshModel(input: { kind: $kind }) { job { id } errors { code } } }';
const INBOX = `query($after: String) {
  inboxBatches(first: 100, after: $after) { nodes { state } pageInfo { hasNextPage endCursor } } }`;
const JOB = 'query($id: ID!) { job(id: $id) { state stage error version { verdict reasons figures } } }';
/** Events per request. */
const BATCH = 1_000;

export interface RefreshJob {
  readonly state: string;
  readonly stage: string | null;
  readonly version: {
    readonly verdict: string;
    readonly reasons: readonly string[];
    readonly figures: Record<string, number>;
  } | null;
}

interface InboxAnswer {
  readonly inboxBatches: {
    readonly nodes: readonly { readonly state: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

/** Refreshes a kind of model on all events that were recorded before, and returns the job when it has ended. */
export async function refreshModel(client: GraphqlClient, kind: string): Promise<RefreshJob> {
  await allLogged(client);
  const started = await client.data<{ refreshModel: { job: { id: string } } }>(REFRESH, { kind });
  const { job } = await until(
    () => client.data<{ job: RefreshJob }>(JOB, started.refreshModel.job),
    (answer) => answer.job.state === 'DONE' || answer.job.state === 'FAILED',
  );
  return job;
}

/** Waits until all recorded events are in the log. A slow worker may have some of them still to do. */
export async function allLogged(client: GraphqlClient): Promise<void> {
  await until(
    () => hasUnfinishedBatches(client),
    (isUnfinished) => !isUnfinished,
  );
}

/**
 * Whether an accepted batch is not in the log yet. Each batch is read once, in the state that it has then: one query for
 * each state could miss a batch that passes from WAITING to WORKING between the two.
 */
async function hasUnfinishedBatches(client: GraphqlClient): Promise<boolean> {
  for (let after: string | null = null; ;) {
    const { inboxBatches }: InboxAnswer = await client.data<InboxAnswer>(INBOX, { after });
    if (inboxBatches.nodes.some(({ state }) => state !== 'DONE' && state !== 'SPLIT')) return true;
    if (!inboxBatches.pageInfo.hasNextPage) return false;
    after = inboxBatches.pageInfo.endCursor;
  }
}

/** Records any number of events, in several requests. */
export async function recordAll(client: GraphqlClient, events: readonly object[]): Promise<void> {
  for (let from = 0; from < events.length; from += BATCH) {
    const { recordEvents } = await client.data<RecordAnswer>(RECORD, { events: events.slice(from, from + BATCH) });
    expect(recordEvents.errors).toEqual([]);
  }
}

/** A line of an order of one product, as `recordEvents` takes it. @param at milliseconds since 1970 */
export function purchaseOf(customerId: string, order: string, price: number, at: number) {
  return {
    type: 'PURCHASE',
    source: 'ORDERS',
    id: `${order}:1`,
    customerId,
    productId: 'mug',
    unitPrice: { amount: price.toFixed(2), currency: 'EUR' },
    occurredAt: new Date(at).toISOString(),
  };
}
