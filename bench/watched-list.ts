import { createClient } from 'graphql-ws';
import type { Agent } from 'node:http';
import WebSocket from 'ws';
import type { Door } from './create-streams';
import { keepAliveAgent, post } from './post';
import { headersOf, socketFrom, type Visit } from './visit';

/** A change that takes longer counts as missing. */
export const MAX_CHANGE_MS = 5_000;
const RECORD =
  'mutation($events: [EventInput!]!) { recordEvents(input: { events: $events }) { accepted errors { code } } }';
const LIVE =
  'subscription { recommendationsUpdated(input: { intent: PERSONAL, customerId: "watched" }, first: 10) { revision nodes { id } } }';

/** Subscribes to a customer's list over graphql-ws and records events that change it. */
export class WatchedList {
  private readonly agent: Agent;
  private readonly sockets: ReturnType<typeof createClient>;
  private readonly unsubscribe: () => void;
  private list = '';
  private onList: ((ids: string) => void) | undefined;

  /**
   * @param anyProduct returns a product to record first, while the list is empty
   * @param visit the visit of the customer `watched` if the key is that of a storefront
   */
  constructor(
    private readonly door: Door,
    private readonly random: () => number,
    private readonly anyProduct: () => string,
    private readonly visit?: Visit,
  ) {
    this.agent = keepAliveAgent(20);
    this.sockets = createClient({
      url: `ws://127.0.0.1:${door.port}/graphql`,
      webSocketImpl: visit === undefined ? WebSocket : socketFrom(visit.address),
      connectionParams: { apiKey: door.adminKey, authorization: visit?.authorization },
    });
    this.unsubscribe = this.sockets.subscribe<{ recommendationsUpdated: { nodes: { id: string }[] } }>(
      { query: LIVE },
      {
        next: ({ data }) => {
          this.list = data?.recommendationsUpdated.nodes.map((node) => node.id).join() ?? '';
          this.onList?.(this.list);
        },
        error: (error) => console.error(error),
        complete: () => undefined,
      },
    );
  }

  record(events: readonly object[]): Promise<string> {
    const { port, adminKey } = this.door;
    const body = JSON.stringify({ query: RECORD, variables: { events } });
    return post(port, adminKey, this.agent, body, this.visit && headersOf(this.visit));
  }

  /**
   * Dislikes a product of the list, waits for the list without it, and then undoes the dislike.
   * @returns milliseconds from sending the event to the changed list; NaN if it took longer than {@link MAX_CHANGE_MS}
   */
  async change(): Promise<number> {
    // Disliking a listed product always changes the list; liking it again afterwards restores the shop.
    const target = this.list.split(',')[Math.floor(this.random() * 5)] || this.anyProduct();
    const changed = new Promise<number>((resolve) => {
      const timer = setTimeout(() => resolve(NaN), MAX_CHANGE_MS);
      this.onList = (ids) => {
        if (ids.split(',').includes(target)) return;
        clearTimeout(timer);
        resolve(performance.now());
      };
    });
    const sentAt = performance.now();
    const disliked = this.record([{ type: 'DISLIKE', customerId: 'watched', productId: target }]);
    const milliseconds = (await changed) - sentAt;
    this.onList = undefined;
    await disliked;
    await this.record([{ type: 'LIKE', customerId: 'watched', productId: target }]);
    return milliseconds;
  }

  async close(): Promise<void> {
    this.unsubscribe();
    await this.sockets.dispose();
    this.agent.destroy();
  }
}
