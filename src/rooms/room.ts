import type { GraphqlServer } from '../graphql/server';
import type { Platform } from '../platform/connect';
import type { SharedCache } from '../platform/shared-cache';
import type { Contribution, ExtensionPoint } from './extension-point';

/** What the part of a room finds in its process. */
export interface WorkerContext extends Platform {
  /** All rooms of the shop, for what they say about themselves. */
  readonly rooms: readonly Room[];
  /**
   * Returns what other rooms add at an extension point, in the order of the rooms; empty if none does.
   * @throws Error before the parts of all rooms exist
   */
  readonly contributionsTo: <T>(point: ExtensionPoint<T>) => readonly T[];
}

export interface ApiContext extends WorkerContext {
  readonly cache: SharedCache;
}

/** A room in one process. Parts are created and started in the order of the rooms, and stop before those whose offers they use. */
export interface RoomPart<Offers = unknown> {
  /** What rooms that need this one may use. */
  readonly offers?: Offers;
  readonly contributes?: readonly Contribution[];
  /** Loads what this process answers from. All rooms load at the same time. */
  load?(): Promise<unknown>;
  /** Called when everything is loaded. */
  start?(): unknown;
  /**
   * Stops what `load` and `start` have begun. What the rooms that it needs offer still works. What it contributes may still
   * be called.
   */
  stop?(): unknown;
}

/** A room in an API process. */
export interface ApiPart<Offers = unknown> extends RoomPart<Offers> {
  /** One instance of each class in {@link ApiModule.resolvers}. */
  readonly resolvers?: readonly object[];
  /** Adds routes to the server, before it listens. */
  serve?(server: GraphqlServer): unknown;
  /** Returns why this process is not up to date, and should get no requests. */
  lagReasons?(): readonly (string | null)[];
  /** Returns what is wrong, though this process can answer. */
  degradedReasons?(): readonly (string | null)[];
}

/** A class of resolvers. */
export type ResolverClass = abstract new (...args: never[]) => object;

/** The file of a room that only API processes load. */
export interface ApiModule<Offers = unknown, N = never> {
  readonly resolvers?: readonly ResolverClass[];
  /** Fills types of the schema with what the rooms say. Called before the schema is built. */
  readonly prepareSchema?: (rooms: readonly Room[]) => void;
  api(ctx: ApiContext, needs: N): ApiPart<Offers> | Promise<ApiPart<Offers>>;
}

/** The file of a room that only worker processes load. */
export interface WorkerModule<Offers = unknown, N = never> {
  worker(ctx: WorkerContext, needs: N): RoomPart<Offers> | Promise<RoomPart<Offers>>;
}

/**
 * What a room says about itself without running. Each room that collects something of others declares its field here,
 * for example `effects` in `events/log-effect.ts`.
 * @public
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- Rooms merge their fields into it.
export interface RoomStatics {}

/** A room of the shop. Importing one loads no other file than those of the rooms that it needs. */
export interface Room<A = unknown, W = unknown> extends RoomStatics {
  /** The name of its folder. */
  readonly name: string;
  /** The rooms whose offers it uses. They stand earlier in the shop. */
  readonly needs?: Needs;
  readonly api?: () => Promise<ApiModule<A>>;
  readonly worker?: () => Promise<WorkerModule<W>>;
}

type Needs = Readonly<Record<string, Room>>;

/** What the needed rooms offer in an API process. */
export type ApiNeeds<N extends Needs> = { readonly [K in keyof N]: N[K] extends Room<infer A> ? A : never };

/** What the needed rooms offer in a worker process. */
export type WorkerNeeds<N extends Needs> = { readonly [K in keyof N]: N[K] extends Room<unknown, infer W> ? W : never };

/** Returns the room, whose parts get what its needs offer. */
export function defineRoom<A = unknown, W = unknown, const N extends Needs = Record<never, never>>(
  room: RoomStatics & {
    readonly name: string;
    readonly needs?: N;
    readonly api?: () => Promise<ApiModule<A, ApiNeeds<N>>>;
    readonly worker?: () => Promise<WorkerModule<W, WorkerNeeds<N>>>;
  },
): Room<A, W> {
  return room;
}
