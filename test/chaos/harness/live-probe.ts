import type { GraphqlClient } from '../../setup/graphql-client';
import { LIST, LIVE, RECORD, type ListAnswer, type LiveAnswer, type RecordAnswer } from '../../setup/operations';
import type { SentEvent } from '../../setup/recount';
import { PRODUCTS, product } from './events';
import { within } from './load';

/** Longer than twice the longest time in which the product promises to answer a request. */
const REQUEST_MS = 25_000;
const PATIENCE_MS = 400;
let probes = 0;

export interface Look {
  /** The viewed product, if the event was acknowledged. */
  readonly looked?: string;
  readonly receipt?: string;
  /** Otherwise the code of the error, or `network` if there was no response. */
  readonly failed?: string;
  readonly milliseconds: number;
}

/** A customer with a live list at one API process. A product that the customer views must appear on top of the list. */
export class LiveProbe {
  /** The first product of each list received. */
  readonly heard: (string | undefined)[] = [];
  /** The events sent. For those that were not acknowledged, it is unknown whether they were stored. */
  readonly sent: SentEvent[] = [];
  readonly acknowledged: SentEvent[] = [];
  /** How often the subscription had to be reopened. */
  reopened = 0;
  private readonly customerId = `probe-${probes++}`;
  private open = false;
  private closed = false;

  constructor(private readonly client: GraphqlClient) {}

  /** Subscribes, and subscribes again whenever the subscription has ended, as a client library does. */
  async start(): Promise<void> {
    void this.follow();
    while (!this.open) await pause(10);
  }

  private async follow(): Promise<void> {
    while (!this.closed) {
      try {
        const input = { intent: 'RECENTLY_VIEWED', customerId: this.customerId };
        for await (const { data, errors } of this.client.subscribe<LiveAnswer>(LIVE, { input, first: 3 })) {
          if (errors) break;
          this.open = true;
          this.heard.push(data?.recommendationsUpdated.nodes[0]?.id);
        }
      } catch {
        // The socket is closed.
      }
      this.reopened++;
      await pause(100);
    }
  }

  /** Views another product. */
  async look(): Promise<Look> {
    const n = this.sent.length;
    const event: SentEvent = {
      source: 'STOREFRONT',
      id: `${this.customerId}-${n}`,
      occurredAt: new Date().toISOString(),
      type: 'VIEW',
      customerId: this.customerId,
      productId: product(n % PRODUCTS),
      quantity: 1,
    };
    this.sent.push(event);
    const began = performance.now();
    try {
      const { data, errors } = await within(REQUEST_MS, this.client.send<RecordAnswer>(RECORD, { events: [event] }));
      const milliseconds = performance.now() - began;
      if (data?.recordEvents.accepted !== 1) return { failed: errors?.[0].extensions.code ?? 'rejected', milliseconds };
      this.acknowledged.push(event);
      return { looked: event.productId, receipt: data.recordEvents.receipt ?? undefined, milliseconds };
    } catch {
      return { failed: 'network', milliseconds: performance.now() - began };
    }
  }

  /** Views products until recording works. @returns after how many ms */
  async recordsAgain(): Promise<number> {
    const began = performance.now();
    while (!(await this.look()).looked) await pause(20);
    return performance.now() - began;
  }

  /** Views one product after another until the list has one of them on top. @returns after how many ms */
  async livesAgain(): Promise<number> {
    const began = performance.now();
    const [from, heardFrom] = [this.sent.length, this.heard.length];
    for (;;) {
      await this.look();
      const until = performance.now() + PATIENCE_MS;
      while (performance.now() < until) {
        const looked = new Set(this.sent.slice(from).map(({ productId }) => productId));
        if (this.heard.slice(heardFrom).some((id) => looked.has(id ?? ''))) return performance.now() - began;
        await pause(5);
      }
    }
  }

  /**
   * Views one product after another until one is on top of the list within `boundMs`. @returns after how many ms that
   * was the case
   */
  async livesWithin(boundMs: number): Promise<number> {
    const began = performance.now();
    for (;;) {
      const heardFrom = this.heard.length;
      const looking = performance.now();
      const { looked } = await this.look();
      while (looked && performance.now() - looking < boundMs) {
        if (this.heard.slice(heardFrom).includes(looked)) return performance.now() - began;
        await pause(5);
      }
      await pause(20);
    }
  }

  /** Records views until this process has also learned one. @returns after how many ms */
  async learnsAgain(): Promise<number> {
    const began = performance.now();
    for (;;) {
      const { receipt } = await this.look();
      if (receipt !== undefined) {
        const input = { intent: 'POPULAR', awaitReceipt: receipt };
        const { errors } = await within(REQUEST_MS, this.client.send<ListAnswer>(LIST, { input, first: 1 })).catch(
          () => ({ errors: true }),
        );
        if (!errors) return performance.now() - began;
      }
      await pause(20);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.client.close();
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
