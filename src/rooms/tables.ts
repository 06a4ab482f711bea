import type { PoolClient } from '../platform/postgres';
import type { ReadRows } from './personal-rows.store';

/** A person who is being erased, and the result so far. */
export interface ErasedPerson {
  readonly subjects: readonly string[];
  events: number;
  orderLines: number;
  /** Log positions that contained data of the person. */
  readonly positions: number[];
}

/** People who are erased in one transaction. No other transaction adds data of these people at the same time. */
export interface ErasedGroup {
  readonly people: readonly ErasedPerson[];
  readonly subjects: readonly string[];
  /** The orders that have got one-time ids. */
  readonly renamedOrders: { readonly id: string; readonly oneTime: string }[];
}

/** When the data of a table is removed: while the log still has the events of the person, with the log, or after it. */
export const ERASE_PHASES = ['BEFORE_LOG', 'WITH_LOG', 'AFTER_LOG'] as const;

export interface Erasure {
  readonly phase: (typeof ERASE_PHASES)[number];
  readonly run: (client: PoolClient, group: ErasedGroup) => Promise<unknown>;
}

export const eraseBeforeLog = (erase: (client: PoolClient, subjects: readonly string[]) => Promise<void>): Erasure => ({
  phase: 'BEFORE_LOG',
  run: (client, { subjects }) => erase(client, subjects),
});

export const eraseTogether = (
  erase: (client: PoolClient, subjects: readonly string[], positions: readonly number[]) => Promise<void>,
): Erasure => ({
  phase: 'WITH_LOG',
  run: (client, group) => erase(client, group.subjects, positionsOf(group)),
});

/** Erases one person after the other, for tables whose counts or positions are recorded for each person. */
export const eraseOneByOne = (erase: (client: PoolClient, person: ErasedPerson) => Promise<unknown>): Erasure => ({
  phase: 'WITH_LOG',
  run: async (client, { people }) => {
    for (const person of people) await erase(client, person);
  },
});

/** Erases data that is found by log position. Does nothing if the log had no data of these people. */
export const eraseByPositions = (
  erase: (client: PoolClient, positions: readonly number[]) => Promise<void>,
): Erasure => ({
  phase: 'AFTER_LOG',
  run: async (client, group) => {
    const positions = positionsOf(group);
    if (positions.length > 0) await erase(client, positions);
  },
});

const positionsOf = ({ people }: ErasedGroup) => people.flatMap(({ positions }) => positions);

/** How a table, or a family of Redis keys, grows by requests with a storefront key. */
export interface StorefrontGrowth {
  /** The most that a day adds: a number of rows for each item of these kinds of storage, or a bound of its own. */
  readonly bound: { readonly rows: number; readonly of: readonly string[] } | string;
  /** How long a row is stored. */
  readonly retention: string;
}

export const perItem = (rows: number, ...of: string[]): StorefrontGrowth['bound'] => ({ rows, of });
export const PER_LOGGED = perItem(1, 'EVENTS', 'SEARCHES', 'CONVERSATIONS');
export const PER_ACCEPTED = perItem(1, 'EVENTS', 'SEARCHES');
export const WITH_THE_LOG = 'as long as the log: until the person is erased';

/** What a room says about a table that it writes. */
export type Table = {
  /**
   * How it grows by requests with storefront keys. These are public, so each table that they make grow has a bound and a
   * retention. A test fails if a table grows that is said not to.
   */
  readonly growth: StorefrontGrowth | 'not grown';
} & (
  | {
      /** How data of a person is removed: by a function, or `with` that of another table, or after the transaction. */
      readonly erase: Erasure | `with its ${string}` | 'afterwards';
      /** Reads a person's rows for an export; or why an export has none. */
      readonly export: ReadRows | `none: ${string}`;
    }
  | { readonly erase: 'not personal' }
);

/** Tables by name. The data of a person is removed in this order within each phase. */
export type Tables = Readonly<Record<string, Table>>;

/** A table that only keys of the shop or of operators write, without personal data. */
export const OF_THE_SHOP: Table = { erase: 'not personal', growth: 'not grown' };

/** A table without personal data that requests with storefront keys make grow. */
export const impersonal = (bound: StorefrontGrowth['bound'], retention: string): Table => ({
  erase: 'not personal',
  growth: { bound, retention },
});

export const COMPUTED = 'none: computed from the events';

declare module './room' {
  interface RoomStatics {
    /** The tables that the room writes. A test fails if a table of the shop is in no room. */
    readonly tables?: () => Promise<{ readonly tables: Tables }>;
    /**
     * The rooms whose tables it reads. They stand earlier in the shop. Only the owner of a table writes it. A test fails if
     * this differs from what the statements do.
     */
    readonly reads?: readonly string[];
    /**
     * What each kind of artefact has of people, and whether an erasure deletes its artefacts. No other kind than the deleted
     * ones may hold an id of a person or a word that one has written, other than as a hash.
     */
    readonly artefacts?: Readonly<Record<string, 'deleted' | `not personal: ${string}`>>;
  }
}
