import type { GraphqlClient } from './graphql-client';
import { RECORD, type RecordAnswer } from './operations';
import { until } from './until';

const REFRESH = 'mutation($kind: ModelKind!) { refreshModel(input: { kind: $kind }) { job { id } errors { code } } }';
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

/** Refreshes a kind of model, and returns the job when it has ended. */
export async function refreshModel(client: GraphqlClient, kind: string): Promise<RefreshJob> {
  const started = await client.data<{ refreshModel: { job: { id: string } } }>(REFRESH, { kind });
  const { job } = await until(
    () => client.data<{ job: RefreshJob }>(JOB, started.refreshModel.job),
    (answer) => answer.job.state === 'DONE' || answer.job.state === 'FAILED',
  );
  return job;
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
