import { IdTable } from '../../../learn/id-table';
import { ItemTransitions } from '../../../learn/item-transitions';
import { NearestSessions } from '../../../learn/nearest-sessions';
import { recentProducts, type WeightedProducts } from '../../../learn/recent-products';
import { SessionStore, type SessionStoreLimits } from '../../../learn/session-store';
import type { TemporalSplit } from '../protocol';
import { rankBy, type ScoringRanker } from './baseline';
import { timedHistories } from './recent-history';

type Query = (customer: number) => WeightedProducts;
type AddScore = (product: number, score: number) => void;

/** The sessions before the test window. */
export interface TrainingSessions {
  readonly store: SessionStore;
  /** Returns the products of the customer's newest session. */
  readonly newestSession: Query;
}

export function trainingSessions(split: TemporalSplit): TrainingSessions {
  const store = sessionsOf(split);
  const { table } = store;
  const { entries } = table;
  return {
    store,
    newestSession(customer) {
      const session = store.sessionsOf(customer).at(-1);
      const offsets = session === undefined ? [] : entries.entries(session);
      const times = offsets.map((at) => table.timeAt(at));
      return recentProducts(
        offsets.map((at) => entries.cells[at]),
        times,
        'products',
      );
    },
  };
}

function sessionsOf(split: TemporalSplit, limits: SessionStoreLimits = {}): SessionStore {
  const store = new SessionStore(limits);
  const orders = new IdTable();
  for (const { customer, product, order, at } of Array.from(split.training).sort((a, b) => a.at - b.at)) {
    const hasOrder = order !== '' && limits.idleMs !== Infinity;
    store.insert({ subject: customer, order: hasOrder ? orders.intern(order) : -1, product, at: Math.round(at) });
  }
  return store;
}

/** Weighted nearest sessions (VMIS-kNN) of the customer's newest session. */
export function nearestSessionsBaseline(split: TemporalSplit, sessions: TrainingSessions): ScoringRanker {
  const nearest = new NearestSessions(sessions.store.table);
  const addScores = (query: WeightedProducts, customer: number, add: AddScore) => nearest.score(query, customer, add);
  return sequenceRanker('nearest-sessions', split, sessions.newestSession, addScores);
}

/**
 * Weighted nearest histories: the same as nearest sessions, but all products of a customer are one session, and the
 * customer's newest products are the query. It suits data without sessions, such as reviews.
 */
export function nearestHistoriesBaseline(split: TemporalSplit): ScoringRanker {
  const nearest = new NearestSessions(sessionsOf(split, { idleMs: Infinity }).table);
  const addScores = (query: WeightedProducts, customer: number, add: AddScore) => nearest.score(query, customer, add);
  return sequenceRanker('nearest-histories', split, newestOfHistory(split), addScores);
}

/** Decayed item-to-item transitions from the customer's newest session. */
export function transitionsBaseline(split: TemporalSplit, sessions: TrainingSessions): ScoringRanker {
  return transitionsFrom('transitions', split, sessions, sessions.newestSession);
}

/** Decayed item-to-item transitions from the customer's newest products in any session. */
export function historyTransitionsBaseline(split: TemporalSplit, sessions: TrainingSessions): ScoringRanker {
  return transitionsFrom('history-transitions', split, sessions, newestOfHistory(split));
}

function transitionsFrom(
  model: string,
  split: TemporalSplit,
  { store }: TrainingSessions,
  query: Query,
): ScoringRanker {
  const transitions = new ItemTransitions(store.table);
  return sequenceRanker(model, split, query, (products, customer, add) => transitions.score(products, customer, add));
}

function newestOfHistory(split: TemporalSplit): Query {
  const historyOf = timedHistories(split);
  return (customer) => {
    const { products, times } = historyOf(customer);
    return recentProducts(products, times, 'products');
  };
}

function sequenceRanker(
  model: string,
  split: TemporalSplit,
  query: Query,
  addScores: (query: WeightedProducts, customer: number, add: AddScore) => void,
): ScoringRanker {
  return rankBy(model, (customer) => {
    const scores = new Float64Array(split.trainingProductCount);
    addScores(query(customer), customer, (product, score) => (scores[product] += score));
    return scores;
  });
}
