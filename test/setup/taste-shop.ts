/**
 * A synthetic shop whose customers have tastes that can be learned in a second or two: its models rank better than
 * popularity does.
 */
import pino from 'pino';
import { BackfillService } from '../../src/events/backfill.service';
import { Outbox } from '../../src/events/outbox.service';
import type { StoredEvent } from '../../src/events/stored-event';
import { seededRandom } from '../../src/learn/seeded-random';
import { connectPostgres } from '../../src/platform/postgres';
import { RedisPubSub } from '../../src/platform/pubsub';
import type { GraphqlClient } from './graphql-client';
import { UPSERT } from './operations';
import type { TestNamespace } from './shop';
import { eventLogOf } from './event-log';

const LINES = ['lamp', 'kettle', 'chair', 'tent'];
const KINDS = ['Oak', 'Steel', 'Linen', 'Glass', 'Cork', 'Wool', 'Clay', 'Paper'];
const CUSTOMERS = 80;
const DAYS = 100;
const DAY_MS = 86_400_000;

const productId = (line: number, kind: number) => `${LINES[line]}-${kind}`;

const tasteProducts = () =>
  LINES.flatMap((line, l) =>
    KINDS.map((kind, k) => ({
      id: productId(l, k),
      title: `${kind} ${line}`,
      brand: KINDS[k],
      categories: [line],
      price: { amount: `${10 + l + k}.50`, currency: 'EUR' },
    })),
  );

/** Customers `c-0` … who each prefer one product line, over the hundred days before `now`. */
function tasteEvents(now: number): StoredEvent[] {
  const random = seededRandom(7);
  const events: StoredEvent[] = [];
  for (let customer = 0; customer < CUSTOMERS; customer++) {
    const line = customer % LINES.length;
    for (let day = 12 * random(); day < DAYS - 0.1; day += 6 + 12 * random()) {
      for (let item = 0; item < 3; item++) {
        const event: Omit<StoredEvent, 'id' | 'type'> = {
          source: 'ORDERS',
          occurredAt: Math.round(now - (DAYS - day) * DAY_MS + item * 1_000),
          customerId: `c-${customer}`,
          productId: productId(
            random() < 0.95 ? line : Math.floor(LINES.length * random()),
            Math.floor(KINDS.length * random() ** 1.3),
          ),
          quantity: 1,
        };
        const id = `o-${customer}-${Math.floor(day)}:${item}`;
        events.push({ ...event, type: 'VIEW', id: `${id}:view` });
        if (random() < 0.7) events.push({ ...event, type: 'PURCHASE', id, unitPrice: '10.50', currency: 'EUR' });
      }
    }
  }
  return events;
}

/** Writes all events to the log in one step, without a worker, so that every model is fitted on the same data. */
export async function fillTasteShop(shop: TestNamespace, client: GraphqlClient): Promise<void> {
  await client.data(UPSERT, { products: tasteProducts() });
  const log = pino({ level: 'silent' });
  const pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 2 });
  const pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
  const outbox = new Outbox(pool, pubSub, log);
  await new BackfillService(eventLogOf(pool, outbox)).append(tasteEvents(Date.now()));
  await outbox.markPublished();
  await pubSub.close();
  await pool.end();
}
