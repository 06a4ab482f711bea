import type { ProductsReadModel } from '../../catalog/products.read-model';
import { isSessionSubject, orderKeyOf } from '../../events/log-event';
import type { StoredEvent } from '../../events/stored-event';
import { isSessionEvent, toSessionEvent, type SessionEvent, type SessionProduct } from '../../features/session-event';
import type { Pool } from '../../platform/postgres';
import { SubjectCache } from '../subject-cache';
import { LiveSession, MAX_LIVE_EVENTS } from './live-session';
import { readSubjectEvents } from './visitors.store';

/** A running session that began earlier is known from then on. */
const MAX_SESSION_MS = 24 * 3_600_000;

/** The recently requested running sessions of customers and anonymous visits. */
export class SessionsReadModel extends SubjectCache<LiveSession> {
  constructor(pool: Pool, products: Pick<ProductsReadModel, 'get'>, maxSubjects: number) {
    super({
      maxSubjects,
      load: async (subject) => {
        const { position, events } = await readSubjectEvents(pool, subject, {
          since: Date.now() - MAX_SESSION_MS,
          limit: MAX_LIVE_EVENTS,
        });
        const value = new LiveSession(!isSessionSubject(subject));
        for (const event of events) value.apply(event);
        return { position, value };
      },
      isRelevant: isSessionEvent,
      apply: (session, event) => session.apply(liveEvent(event, products)),
    });
  }
}

/** A new event is about the product as the catalogue has it now. */
function liveEvent(event: StoredEvent, products: Pick<ProductsReadModel, 'get'>): SessionEvent {
  const orderKey = event.type === 'PURCHASE' ? (orderKeyOf(event) ?? null) : null;
  return toSessionEvent(event, productOf(event.productId, products), orderKey);
}

function productOf(id: string | undefined, products: Pick<ProductsReadModel, 'get'>): SessionProduct | null {
  if (id === undefined) return null;
  const { categories = [], priceNumber, listPriceNumber } = products.get(id) ?? {};
  return {
    id,
    category: categories.at(-1) ?? null,
    price: priceNumber ?? null,
    isDiscounted: priceNumber !== undefined && listPriceNumber !== undefined && priceNumber < listPriceNumber,
  };
}
