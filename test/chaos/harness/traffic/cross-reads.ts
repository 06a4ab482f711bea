import { LIST, RECORD, ids, type ListAnswer, type RecordAnswer } from '../../../setup/operations';
import type { SentEvent } from '../../../setup/recount';
import { product, PRODUCTS } from '../events';
import { ask, type Clients } from './insist';
import { Traffic } from './traffic';

const EVERY_MS = 250;

/**
 * Writes through one API process and reads through the other. The read must include the write or be refused; it must
 * never omit it.
 */
export class CrossReads extends Traffic {
  /** Responses that omit the write whose receipt they had to wait for: must be none. */
  readonly stale: string[] = [];
  /** Milliseconds from the write to the response, for the responses that included it. */
  readonly included: number[] = [];
  refused = 0;
  private steps = 0;

  constructor(
    private readonly clients: Clients,
    private readonly others: { readonly sent: SentEvent[]; readonly acknowledged: SentEvent[] },
  ) {
    super(EVERY_MS);
  }

  override done(): string {
    const median = [...this.included].sort((a, b) => a - b)[this.included.length >> 1];
    return `${this.included.length} reads through another API process than the write (median ${Math.round(median)} ms after it was sent; ${this.refused} refused)`;
  }

  protected override async step(): Promise<void> {
    const clients = this.clients();
    if (clients.length < 2) return;
    const n = this.steps++;
    const [writer, reader] = n % 2 === 0 ? clients : [clients[1], clients[0]];
    const customerId = `crossing-${n}`;
    const productId = product(n % PRODUCTS);
    const occurredAt = new Date().toISOString();
    const event = {
      source: 'STOREFRONT',
      id: customerId,
      occurredAt,
      type: 'VIEW',
      customerId,
      productId,
      quantity: 1,
    };
    this.others.sent.push(event);
    const began = performance.now();
    const written = await ask<RecordAnswer>(writer, RECORD, { events: [event] });
    if (!written) return;
    this.others.acknowledged.push(event);
    const input = { intent: 'RECENTLY_VIEWED', customerId, awaitReceipt: written.recordEvents.receipt };
    const read = await ask<ListAnswer>(reader, LIST, { input, first: 1 });
    if (!read) this.refused++;
    else if (ids(read)[0] === productId) this.included.push(performance.now() - began);
    else this.stale.push(customerId);
  }
}
