import { seededRandom } from '../../../../src/learn/seeded-random';
import { RECORD, type RecordAnswer } from '../../../setup/operations';
import type { SentEvent } from '../../../setup/recount';
import { COMPARED_CUSTOMERS, customer, CUSTOMERS, product, PRODUCTS } from '../events';
import { insist, type Clients } from './insist';
import { Traffic } from './traffic';

const MERGE = `mutation($input: MergeCustomerInput!) { mergeCustomer(input: $input) { receipt errors { code } } }`;
const EVERY_MS = 250;
/** Each step of this number merges another account instead of a session. */
const ACCOUNTS = 4;
/** Differs from the times of the load's events, so that "newest" is unambiguous. */
const BEFORE_MS = 1_800_000;
const TYPES = ['VIEW', 'VIEW', 'ADD_TO_CART'];

interface MergeAnswer {
  readonly mergeCustomer: { readonly receipt: string | null; readonly errors: readonly { code: string }[] };
}

/** An acknowledged merge: events of `from` up to `position` must count as events of `into`. */
export interface Acknowledged {
  readonly from: string;
  readonly into: string;
  readonly position: number;
}

/**
 * Sessions that sign in, and accounts that belong to one person. Half of the calls are sent twice at the same time, as
 * by a client that does not wait. Some sessions continue under their old id: those events stay separate until the next
 * merge.
 */
export class Merges extends Traffic {
  readonly acknowledged: Acknowledged[] = [];
  /** Sessions that continued under their old id. */
  readonly apart: string[] = [];
  private readonly random = seededRandom(5);
  private readonly began = Date.now() - BEFORE_MS;
  private steps = 0;
  private events = 0;

  constructor(
    private readonly clients: Clients,
    private readonly others: { readonly sent: SentEvent[]; readonly acknowledged: SentEvent[] },
  ) {
    super(EVERY_MS);
  }

  override done(): string {
    return `${this.acknowledged.length} merges`;
  }

  protected override async step(): Promise<void> {
    const n = this.steps++;
    const into = customer(this.below(2) === 0 ? this.oneOf(COMPARED_CUSTOMERS) : this.below(CUSTOMERS));
    if (n % ACCOUNTS === ACCOUNTS - 1) {
      const from = customer(this.below(CUSTOMERS));
      if (from !== into) await this.merge({ fromCustomerId: from, intoCustomerId: into });
      return;
    }
    const sessionId = `session-${n}`;
    await this.visit(sessionId);
    await this.merge({ fromSessionId: sessionId, intoCustomerId: into });
    if (this.below(3) > 0) return;
    await this.visit(sessionId);
    if (this.below(2) === 0) await this.merge({ fromSessionId: sessionId, intoCustomerId: into });
    else this.apart.push(sessionId);
  }

  private async visit(sessionId: string): Promise<void> {
    const events = TYPES.map((type): SentEvent => {
      const n = this.events++;
      const occurredAt = new Date(this.began + n).toISOString();
      const productId = product(this.below(PRODUCTS));
      return { source: 'STOREFRONT', id: `signed-in-${n}`, occurredAt, type, sessionId, productId, quantity: 1 };
    });
    this.others.sent.push(...events);
    const { recordEvents } = await insist<RecordAnswer>(this.clients, RECORD, { events });
    if (recordEvents.errors.length > 0) throw new Error(JSON.stringify(recordEvents));
    this.others.acknowledged.push(...events);
  }

  private async merge(input: {
    fromCustomerId?: string;
    fromSessionId?: string;
    intoCustomerId: string;
  }): Promise<void> {
    const calls = this.below(2) === 0 ? [input, input] : [input];
    const from = input.fromCustomerId === undefined ? `s:${input.fromSessionId}` : `c:${input.fromCustomerId}`;
    const into = `c:${input.intoCustomerId}`;
    for (const { mergeCustomer } of await Promise.all(
      calls.map((each) => insist<MergeAnswer>(this.clients, MERGE, { input: each })),
    )) {
      const position = Number(/^p(\d+)$/.exec(mergeCustomer.receipt ?? '')?.[1]);
      if (!(position > 0)) throw new Error(JSON.stringify(mergeCustomer));
      this.acknowledged.push({ from, into, position });
    }
  }

  private below(n: number): number {
    return Math.floor(this.random() * n);
  }

  private oneOf(items: readonly number[]): number {
    return items[this.below(items.length)];
  }
}
