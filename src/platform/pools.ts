/** Connections to PostgreSQL by what they are for, so that one kind of work can't keep another waiting for one. */
import { connectPostgres, type Pool, type PostgresOptions } from './postgres';

/** What connections may be set apart for; all else, requests and background work, shares the rest. */
type Purpose = 'log' | 'states' | 'lists' | 'ingest';

/** How many connections of a process are set apart for each purpose. */
export type Reserved = Partial<Readonly<Record<Purpose, number>>>;

/**
 * An API process: follows the log, loads checkpoints and models, reads what live lists need of customers, orders and
 * windows, and writes accepted events. A slow request holds none of these up.
 */
export const API_CONNECTIONS: Reserved = { log: 2, states: 2, lists: 3, ingest: 3 };
/** A worker process: takes accepted events into the log, beside its background work. */
export const WORKER_CONNECTIONS: Reserved = { ingest: 4 };
/** The pools of a process. A purpose without connections of its own shares `rest`. */
export type Pools = Readonly<Record<Purpose | 'rest', Pool>> & { end(): Promise<void> };

/** Connects nothing yet: a connection is opened when it is first needed. @param options `max`: of all pools together */
export function connectPools(url: string, namespace: string, options: PostgresOptions, reserved: Reserved): Pools {
  const connect = (max: number) => connectPostgres(url, namespace, { ...options, max });
  const rest = connect(options.max - Object.values(reserved).reduce((sum, size) => sum + size, 0));
  const poolOf = (purpose: Purpose) => {
    const size = reserved[purpose];
    return size === undefined ? rest : connect(size);
  };
  const pools = {
    rest,
    log: poolOf('log'),
    states: poolOf('states'),
    lists: poolOf('lists'),
    ingest: poolOf('ingest'),
  };
  return {
    ...pools,
    end: async () => void (await Promise.all(Array.from(new Set(Object.values(pools)), (pool) => pool.end()))),
  };
}
