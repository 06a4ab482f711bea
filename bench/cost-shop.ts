import type { Agent } from 'node:http';
import { seededRandom } from '../src/learn/seeded-random';
import type { Operation } from './cost-samples';
import type { Door } from './create-streams';
import { keepAliveAgent, post } from './post';
import { headersOf, signIn, type Visit } from './visit';
import type { SyntheticCatalogue } from './search-service-shop';

const ADDRESS = '198.51.100.9';
const ORDERS = `{ orders(first: 100) { nodes { id customerId status shipments { id } } } }`;

const PLACE =
  'mutation($orders: [OrderInput!]!) { recordOrders(input: { orders: $orders }) { accepted errors { message } } }';

/** A customer who is signed in, with an order of this customer and a parcel of it. */
export interface CustomerVisit extends Visit {
  readonly orderId: string;
  readonly shipmentId: string;
}

/** What the samples need of a shop. */
export class CostShop {
  private placed = 0;
  private readonly random = seededRandom(1);
  private readonly agent: Agent = keepAliveAgent(4);

  constructor(
    private readonly door: Door,
    private readonly key: string,
    private readonly ids: readonly string[],
    private readonly catalogue: SyntheticCatalogue,
  ) {}

  product(): string {
    return this.ids[Math.floor(this.ids.length * this.random())];
  }

  products(count: number): string[] {
    return Array.from({ length: count }, () => this.product());
  }

  words(n: number): string {
    return this.catalogue.query(n);
  }

  async ask(operation: Operation, visit: Visit): Promise<string> {
    return post(this.door.port, this.key, this.agent, JSON.stringify(operation), headersOf(visit));
  }

  async startConversation(visit: Visit): Promise<string> {
    const query = 'mutation { startConversation(input: {}) { conversation { id } userErrors { code } } }';
    const answer = await this.ask({ query }, visit);
    const id = /"id":"([^"]+)"/.exec(answer)?.[1];
    if (id === undefined) throw new Error(`no conversation was started: ${answer.slice(0, 300)}`);
    return id;
  }

  /** Places an order of the visit's customer. @returns its id */
  async placeOrder({ customerId }: CustomerVisit): Promise<string> {
    const { port, adminKey } = this.door;
    const id = `W-${1_000 + this.placed++}`;
    const unitPrice = { amount: '9.50', currency: 'EUR' };
    const lines = [{ id: 'a', productId: this.product(), quantity: 1, unitPrice }];
    const orders = [{ id, customerId, placedAt: new Date().toISOString(), lines }];
    const answer = await post(port, adminKey, this.agent, JSON.stringify({ query: PLACE, variables: { orders } }));
    if (!answer.includes('"accepted":1')) throw new Error(`no order was placed: ${answer.slice(0, 300)}`);
    return id;
  }

  /** Signs in the customers of the newest orders that have parcels. */
  async visits(): Promise<CustomerVisit[]> {
    const { port, adminKey } = this.door;
    const answer = JSON.parse(await post(port, adminKey, this.agent, JSON.stringify({ query: ORDERS }))) as {
      data: { orders: { nodes: { id: string; customerId: string | null; shipments: { id: string }[] }[] } };
    };
    const orders = answer.data.orders.nodes.flatMap(({ id, customerId, shipments }) =>
      customerId === null || shipments.length === 0 ? [] : [{ orderId: id, customerId, shipmentId: shipments[0].id }],
    );
    const byCustomer = [...new Map(orders.map((order) => [order.customerId, order])).values()];
    const visits = await signIn(
      this.door,
      ADDRESS,
      byCustomer.map(({ customerId }) => customerId),
    );
    return visits.map((visit, n) => ({ ...visit, ...byCustomer[n] }));
  }

  close(): void {
    this.agent.destroy();
  }
}
