import { ads } from './ads/room';
import { attribution } from './attribution/room';
import { auth } from './auth/room';
import { catalog } from './catalog/room';
import { customers } from './customers/room';
import { demo } from './demo/room';
import { erasure } from './erasure/room';
import { events } from './events/room';
import { forecasting } from './forecasting/room';
import { liveState } from './live-state/room';
import { logistics } from './logistics/room';
import { models } from './models/room';
import { monitoring } from './monitoring/room';
import { orders } from './orders/room';
import { pages } from './pages/room';
import { recommend } from './recommend/room';
import type { Room } from './rooms/room';
import { search } from './search/room';
import { streams } from './streams/room';
import { support } from './support/room';
import { webhooks } from './webhooks/room';

/**
 * The rooms of a shop, in the order in which they start. A room stands after those it needs, and stops before them.
 * - Models are fitted in this order: `customers` stands before `recommend`, because profiles wait for their models.
 * - Changes are applied to read models in this order: `search` is after `catalog`, because the index reads products.
 * - `events` is needed by everything that sends or follows events, so it stops after all of it.
 */
export const SHOP: readonly Room[] = [
  auth,
  webhooks,
  models,
  events,
  pages,
  catalog,
  liveState,
  streams,
  orders,
  logistics,
  forecasting,
  monitoring,
  customers,
  recommend,
  search,
  attribution,
  ads,
  support,
  erasure,
  demo,
];
