import pino from 'pino';
import type { Pool } from 'pg';
import { MergeService } from '../../../src/customers/merge.service';
import { ErasureService } from '../../../src/erasure/erasure.service';
import { Outbox } from '../../../src/events/outbox.service';
import { seededRandom } from '../../../src/learn/seeded-random';
import type { OrderInput, PaymentInput, UpdateOrderStatusInput } from '../../../src/orders/order-input.type';
import { lockOrders } from '../../../src/orders/order-locks.store';
import { OrderService } from '../../../src/orders/order.service';
import { connectPostgres } from '../../../src/platform/postgres';
import type { RedisPubSub } from '../../../src/platform/pubsub';
import { SHOP } from '../../../src/shop';
import { eventLogOf } from '../../setup/event-log';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const NOW = Date.UTC(2026, 4, 1, 12);
const AT = new Date(NOW - 86_400_000);
const log = pino({ level: 'silent' });
const SENDER = { by: 'test' };

type Request =
  | { readonly kind: 'record'; readonly orders: OrderInput[] }
  | { readonly kind: 'move'; readonly input: UpdateOrderStatusInput }
  | { readonly kind: 'pay'; readonly payments: PaymentInput[] }
  | {
      readonly kind: 'merge';
      readonly input: { fromSessionId?: string; fromCustomerId?: string; intoCustomerId: string };
    };

/** A shop with several processes that write orders: each has its own service. */
class WrittenShop {
  readonly writers: readonly { orders: OrderService; merges: MergeService }[];
  readonly erasures: ErasureService;
  private readonly outboxes: readonly Outbox[];

  private constructor(
    private readonly namespace: TestNamespace,
    readonly pool: Pool,
    processes: number,
  ) {
    const outboxes: Outbox[] = [];
    this.outboxes = outboxes;
    const newLog = () => {
      const outbox = new Outbox(pool, { send: () => undefined } as unknown as RedisPubSub, log);
      outboxes.push(outbox);
      return eventLogOf(pool, outbox);
    };
    this.writers = Array.from({ length: processes }, () => {
      const eventLog = newLog();
      return { orders: new OrderService(eventLog, () => NOW), merges: new MergeService(pool, eventLog.outbox) };
    });
    this.erasures = new ErasureService(newLog(), log, 0, SHOP);
  }

  static async open(processes: number): Promise<WrittenShop> {
    const namespace = await testNamespace();
    const pool = connectPostgres(namespace.databaseUrl, namespace.namespace, { max: 12, queryTimeoutMs: 60_000 });
    return new WrittenShop(namespace, pool, processes);
  }

  /** @returns what the sender sees, without the receipt; and the log position */
  async write(request: Request, process: number) {
    const { orders, merges } = this.writers[process];
    const send = () => {
      if (request.kind === 'record') return orders.record(request.orders, SENDER);
      if (request.kind === 'move') return orders.move(request.input, SENDER);
      if (request.kind === 'pay') return orders.pay(request.payments, SENDER);
      return merges.merge(request.input);
    };
    const { receipt, ...answer } = await send();
    return { answer, position: positionOf(receipt) };
  }

  /** Everything that was written, without log positions. */
  async contents() {
    const read = async (text: string) => (await this.pool.query<Record<string, unknown>>(text)).rows;
    return {
      orders: await read(`SELECT (to_jsonb(o) - 'position')::text AS row FROM orders o ORDER BY id COLLATE "C"`),
      lines: await read('SELECT to_jsonb(l)::text AS row FROM order_lines l ORDER BY 1'),
      payments: await read('SELECT to_jsonb(p)::text AS row FROM payments p ORDER BY 1'),
      moves: await read('SELECT to_jsonb(h)::text AS row FROM order_history h ORDER BY 1'),
      // The ids of `order_value_changed` contain log positions.
      events: await read(
        `SELECT source, regexp_replace(id, '#v\\d+$', '#v') AS id, type, name, occurred_at, subject, product_id, quantity,
           unit_price::text, properties::text
         FROM events ORDER BY 1, 2, 5, 4, 6, 9, 10`,
      ),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.outboxes.map((outbox) => outbox.markPublished()));
    await this.pool.end();
    await this.namespace.drop();
  }
}

function positionOf(receipt: string | null): number {
  return Number(/\d+$/.exec(receipt ?? '')?.[0]);
}

const money = (amount: string) => ({ amount, currency: 'EUR' });

/** Requests about few orders and customers, so that many of them meet. */
function someRequests(seed: number, count: number): Request[] {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random() * n);
  const order = () => `o${below(40)}`;
  // An order always has the same owner and time: it does not depend on the first request.
  const owner = (id: string) =>
    Number(id.slice(1)) % 3 === 0
      ? { sessionId: `v${Number(id.slice(1)) % 4}` }
      : { customerId: `c${id.length + (Number(id.slice(1)) % 5)}` };
  const recorded = (id: string): OrderInput => ({
    id,
    ...owner(id),
    placedAt: new Date(AT.getTime() + 60_000 * (Number(id.slice(1)) % 7)),
    updatedAt: new Date(NOW - 1_000 * below(30)),
    lines: [
      { id: '1', productId: 'a', quantity: 1 + below(5), unitPrice: money('2.50') },
      ...(below(2) === 0 ? [{ id: '2', productId: 'b', quantity: 1, unitPrice: money('1.25') }] : []),
    ],
  });
  return Array.from({ length: count }, (): Request => {
    const dice = below(20);
    if (dice < 10) {
      const ids = [...new Set(Array.from({ length: 1 + below(4) }, order))];
      return { kind: 'record', orders: ids.map(recorded) };
    }
    if (dice < 14) {
      const status = (['PACKED', 'SHIPPED', 'CANCELLED', 'RETURNED'] as const)[below(4)];
      return { kind: 'move', input: { orderId: order(), status, occurredAt: new Date(NOW - 1_000 * below(30)) } };
    }
    if (dice < 18) {
      const payments = Array.from({ length: 1 + below(2) }, () => ({
        id: `p${below(15)}`,
        orderId: order(),
        kind: (['CHARGE', 'CHARGE', 'REFUND'] as const)[below(3)],
        amount: money(`${1 + below(9)}.00`),
        occurredAt: new Date(NOW - 1_000 * below(5)),
      }));
      return { kind: 'pay', payments };
    }
    const intoCustomerId = `c${2 + below(5)}`;
    const from = below(2) === 0 ? { fromSessionId: `v${below(4)}` } : { fromCustomerId: `c${7 + below(2)}` };
    return { kind: 'merge', input: { ...from, intoCustomerId } };
  });
}

/** Runs the tasks, a few of them at the same time. */
async function together<T, R>(
  tasks: readonly T[],
  workers: number,
  run: (task: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < tasks.length; index = next++) results[index] = await run(tasks[index], index);
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return results;
}

describe('concurrent writers of orders', () => {
  it.each([1, 2, 3])('write the same as one after the other, in the order of their positions (%i)', async (seed) => {
    const requests = someRequests(seed, 150);
    const shop = await WrittenShop.open(2);
    const alone = await WrittenShop.open(1);
    try {
      const results = await together(requests, 16, (request, index) => shop.write(request, index % 2));
      const changes = (index: number) => {
        const { answer } = results[index];
        return 'unchanged' in answer && answer.unchanged === answer.accepted ? 1 : 0;
      };
      // Requests that were written together have one position. Those without a change got the newest position.
      const order = [...requests.keys()].sort(
        (a, b) => results[a].position - results[b].position || changes(a) - changes(b) || a - b,
      );
      for (const index of order) {
        const { answer } = await alone.write(requests[index], 0);
        expect({ index, request: requests[index], answer }).toEqual({
          index,
          request: requests[index],
          answer: results[index].answer,
        });
      }
      expect(await shop.contents()).toEqual(await alone.contents());
      // The requests met: some were written together, some failed because of others, and merges moved orders.
      const positions = results.filter((_, index) => changes(index) === 0).map(({ position }) => position);
      expect(new Set(positions).size).toBeLessThan(positions.length);
      expect(results.flatMap(({ answer }) => answer.errors.map(({ code }) => code))).toContain('CONFLICT');
      const { rows } = await shop.pool.query(
        'SELECT FROM orders WHERE customer_id IS NOT NULL AND session_id IS NOT NULL',
      );
      expect(rows.length).toBeGreaterThan(0);
    } finally {
      await shop.close();
      await alone.close();
    }
  });

  const recorded = (id: string): Request => ({
    kind: 'record',
    orders: [
      { id, customerId: id, placedAt: AT, lines: [{ id: '1', productId: 'a', quantity: 1, unitPrice: money('2.50') }] },
    ],
  });
  const paid: Request = {
    kind: 'pay',
    payments: [{ id: 'payment', orderId: 'known', kind: 'CHARGE', amount: money('1.00'), occurredAt: AT }],
  };

  it.each([
    ['order', { orders: ['held'] }, recorded('held')],
    ['owner', { owners: ['c:held'] }, recorded('held')],
    ['payment', { payments: ['payment'] }, paid],
  ] as const)('wait for others only if they have the same %s', async (_, locks, request) => {
    const shop = await WrittenShop.open(1);
    const holder = await shop.pool.connect();
    try {
      await shop.write(recorded('known'), 0);
      await holder.query('BEGIN');
      await lockOrders(holder, locks);
      let isWritten = false;
      const written = shop.write(request, 0).then((result) => {
        isWritten = true;
        return result;
      });
      for (const id of ['free-1', 'free-2', 'free-3'])
        expect((await shop.write(recorded(id), 0)).answer).toMatchObject({ accepted: 1, errors: [] });
      expect(isWritten).toBe(false);
      await holder.query('COMMIT');
      expect((await written).answer).toMatchObject({ accepted: 1, errors: [] });
    } finally {
      holder.release();
      await shop.close();
    }
  });

  it('leave nothing of people who are erased meanwhile, and tear no order of others', async () => {
    const shop = await WrittenShop.open(2);
    try {
      const erased = ['c2', 'c4', 'c6'];
      const requests = someRequests(4, 200).filter(({ kind }) => kind !== 'merge');
      const half = requests.length / 2;
      const results = await together(requests, 12, async (request, index) => {
        const { answer } = await shop.write(request, index % 2);
        if (index === Math.floor(half)) await Promise.all(erased.map((id) => shop.erasures.eraseCustomer(id)));
        return answer;
      });
      while ((await shop.pool.query('SELECT FROM erasures WHERE done_at IS NULL')).rowCount !== 0)
        await shop.erasures.resume();
      const count = async (text: string) => (await shop.pool.query<{ n: number }>(text, [erased])).rows[0].n;
      expect(
        await count(`SELECT (SELECT count(*) FROM orders WHERE customer_id = ANY($1))
          + (SELECT count(*) FROM events WHERE subject = ANY(SELECT 'c:' || unnest($1::text[]))) AS n`),
      ).toBe(0);
      // Parts without an order, and orders without parts.
      for (const table of ['order_lines', 'payments', 'order_history'])
        expect(
          await count(
            `SELECT count(*) AS n FROM ${table} WHERE order_id NOT IN (SELECT id FROM orders) AND $1::text[] IS NOT NULL`,
          ),
        ).toBe(0);
      expect(
        await count(
          `SELECT count(*) AS n FROM orders WHERE id NOT IN (SELECT order_id FROM order_lines) AND $1::text[] IS NOT NULL`,
        ),
      ).toBe(0);
      // The erasure met writers: orders were written before it, and refused after it.
      expect(
        await count(`SELECT count(*) AS n FROM orders WHERE id LIKE 'erased-%' AND $1::text[] IS NOT NULL`),
      ).toBeGreaterThan(0);
      const messages = results.flatMap(({ errors }) => errors.map(({ message }) => message));
      expect(messages).toContain('this customer was erased: use a new id');
      // The units of each order in the log are those of its lines.
      const { rows } = await shop.pool.query(
        `SELECT id FROM orders o WHERE id NOT LIKE 'erased-%' AND kind = 'SALE'
           AND (SELECT sum(quantity - cancelled - returned) FROM order_lines WHERE order_id = o.id) <> (
             SELECT sum(CASE type WHEN 'PURCHASE' THEN quantity ELSE -quantity END) FROM events
             WHERE source = 'ORDERS' AND type IN ('PURCHASE', 'RETURN') AND id LIKE o.id || ':%')`,
      );
      expect(rows).toEqual([]);
    } finally {
      await shop.close();
    }
  });
});
