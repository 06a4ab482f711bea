/** Separate pools of PostgreSQL connections by purpose, so that no work can use up the connections of other work. */
import { connectPostgres, type Pool, type PostgresOptions } from './postgres';

/** The purposes that connections can be reserved for. Requests and background work share the rest. */
type Purpose = 'log' | 'states' | 'lists' | 'ingest' | 'writes';

/** The number of connections that a process reserves for each purpose. */
export type ReservedConnections = Partial<Readonly<Record<Purpose, number>>>;

/**
 * An API process reads new entries of the log (`log`), loads checkpoints and models (`states`), reads the customers,
 * orders and time windows that live lists need (`lists`), writes accepted events (`ingest`), and writes orders, merges and
 * other changes of the shop (`writes`). A slow request delays none of these, and they delay no request that only reads.
 */
export const API_CONNECTIONS: ReservedConnections = { log: 2, states: 2, lists: 3, ingest: 3, writes: 3 };
/** A worker process writes accepted events into the log, in addition to its background work. */
export const WORKER_CONNECTIONS: ReservedConnections = { ingest: 4 };
/** The pools of a process. A purpose without reserved connections uses the pool `rest`. */
export type Pools = Readonly<Record<Purpose | 'rest', Pool>> & { end(): Promise<void> };

/**
 * Creates the pools. Each connection opens when it is first needed.
 * @param options `max` is the total of all pools
 */
export function connectPools(
  url: string,
  namespace: string,
  options: PostgresOptions,
  reserved: ReservedConnections,
): Pools {
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
    writes: poolOf('writes'),
  };
  return {
    ...pools,
    end: async () => void (await Promise.all(Array.from(new Set(Object.values(pools)), (pool) => pool.end()))),
  };
}

/** Returns the number of callers that wait for a connection, by purpose. */
export function waitingByPurpose(pools: Pools): Readonly<Record<string, number>> {
  const { rest, log, states, lists, ingest, writes } = pools;
  const byPurpose = { rest, log, states, lists, ingest, writes };
  return Object.fromEntries(Object.entries(byPurpose).map(([purpose, pool]) => [purpose, pool.waitingCount]));
}
