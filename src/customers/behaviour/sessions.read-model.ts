import type { ProductsReadModel } from '../../catalog/products.read-model';
import { isSessionSubject, orderKeyOf } from '../../events/log-event';
import type { StoredEvent } from '../../events/stored-event';
import {
  isSessionEvent,
  toSessionEvent,
  toSessionProduct,
  type SessionEvent,
  type SessionProduct,
} from '../../features/session-event';
import type { Pool } from '../../platform/postgres';
import { SubjectCache } from '../subject-cache';
import { LiveSession, SESSION_WINDOW_MS } from './live-session';
import { readSubjectEvents } from './visitors.store';

/** The recently requested running sessions of customers and anonymous visits. */
export class SessionsReadModel extends SubjectCache<LiveSession> {
  constructor(pool: Pool, products: Pick<ProductsReadModel, 'get'>, maxSubjects: number) {
    super({
      maxSubjects,
      load: async (subject) => {
        const { position, events } = await readSubjectEvents(pool, subject, Date.now() - SESSION_WINDOW_MS);
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
  const product = products.get(id);
  const { categories = [], priceNumber, listPriceNumber } = product ?? {};
  return toSessionProduct({
    // The catalogue's own text, so that many events of one product share it.
    id: product?.id ?? id,
    category: categories.at(-1) ?? null,
    price: priceNumber ?? null,
    listPrice: listPriceNumber ?? null,
  });
}
