import type { GraphqlServer } from '../graphql/server';
import { RoomContributions } from './extension-point';
import type { ApiContext, ApiModule, ApiPart, ResolverClass, Room, RoomPart, WorkerContext } from './room';

type Given<C extends WorkerContext> = Omit<C, 'rooms' | 'contributionsTo'>;

/** The parts of all rooms in one process. */
class OpenRooms<P extends RoomPart> {
  /** By room, in the order of the rooms. Rooms without a part have none. */
  protected readonly parts = new Map<Room, P>();
  /** All rooms, in order. */
  protected readonly rooms = new Set<Room>();

  /**
   * Creates the part of each room.
   * @throws Error if a room needs another one that stands later
   */
  protected async create<C extends WorkerContext>(
    rooms: readonly Room[],
    given: Given<C>,
    open: (room: Room, ctx: C, needs: never) => Promise<P | undefined>,
  ): Promise<void> {
    const contributions = new RoomContributions();
    const ctx = { ...given, rooms, contributionsTo: (point) => contributions.to(point) } as C;
    for (const room of rooms) {
      const needs = Object.entries(room.needs ?? {});
      const missing = needs.find(([, need]) => !this.rooms.has(need));
      if (missing !== undefined) throw new Error(`${room.name} needs ${missing[0]}, which does not stand before it.`);
      const offers = Object.fromEntries(needs.map(([name, need]) => [name, this.parts.get(need)?.offers ?? {}]));
      const part = await open(room, ctx, offers as never);
      this.rooms.add(room);
      if (part === undefined) continue;
      contributions.add(part.contributes ?? []);
      this.parts.set(room, part);
    }
    contributions.complete();
  }

  /** Loads all parts at the same time, then starts one after the other. */
  async start(): Promise<void> {
    await Promise.all(Array.from(this.parts.values(), async (part) => part.load?.()));
    for (const part of this.parts.values()) await part.start?.();
  }

  /** Stops each part when those that use what it offers have stopped. */
  async stop(): Promise<void> {
    const stopped = new Map<Room, Promise<unknown>>();
    for (const room of [...this.rooms].reverse()) {
      const offers = this.parts.get(room)?.offers !== undefined;
      const users = [...stopped].filter(([other]) => offers && Object.values(other.needs ?? {}).includes(room));
      const usersStopped = Promise.all(users.map(([, stop]) => stop));
      stopped.set(
        room,
        usersStopped.then(() => this.parts.get(room)?.stop?.()),
      );
    }
    await Promise.all(stopped.values());
  }
}

export class ApiRooms extends OpenRooms<ApiPart> {
  readonly resolvers: object[] = [];
  private readonly modules: ApiModule[] = [];

  static async open(rooms: readonly Room[], given: Given<ApiContext>): Promise<ApiRooms> {
    const opened = new ApiRooms();
    await opened.create<ApiContext>(rooms, given, async (room, ctx, needs) => {
      const module = await room.api?.();
      if (module === undefined) return undefined;
      opened.modules.push(module);
      const part = await module.api(ctx, needs);
      opened.resolvers.push(...requireEach(room, module.resolvers ?? [], part.resolvers ?? []));
      return part;
    });
    return opened;
  }

  /** Called right before the schema is built. */
  prepareSchema(): void {
    for (const module of this.modules) module.prepareSchema?.([...this.rooms]);
  }

  /** Returns what a room offers. */
  offersOf<A>(room: Room<A>): A {
    return this.parts.get(room)?.offers as A;
  }

  /** Adds the routes of all rooms. */
  async serve(server: GraphqlServer): Promise<void> {
    for (const part of this.parts.values()) await part.serve?.(server);
  }

  /** Why this process is not up to date. */
  get lagReasons(): string[] {
    return this.reasons((part) => part.lagReasons?.());
  }

  get degradedReasons(): string[] {
    return this.reasons((part) => part.degradedReasons?.());
  }

  private reasons(of: (part: ApiPart) => readonly (string | null)[] | undefined): string[] {
    const all = Array.from(this.parts.values(), (part) => of(part) ?? []).flat();
    return all.filter((reason) => reason !== null);
  }
}

export class WorkerRooms extends OpenRooms<RoomPart> {
  static async open(rooms: readonly Room[], given: Given<WorkerContext>): Promise<WorkerRooms> {
    const opened = new WorkerRooms();
    await opened.create<WorkerContext>(rooms, given, async (room, ctx, needs) => {
      const module = await room.worker?.();
      return module?.worker(ctx, needs);
    });
    return opened;
  }
}

/** Returns the classes of resolvers of all rooms, from which the schema may be built. */
export async function resolverClasses(rooms: readonly Room[]): Promise<ResolverClass[]> {
  const modules = await Promise.all(rooms.map(async (room) => room.api?.()));
  for (const module of modules) module?.prepareSchema?.(rooms);
  return modules.flatMap((module) => [...(module?.resolvers ?? [])]);
}

/** A process serves the schema that is printed and tested: the room has one instance of each of its classes. */
function requireEach(room: Room, classes: readonly ResolverClass[], instances: readonly object[]): readonly object[] {
  const expected = classes.map(({ name }) => name).sort();
  const given = instances.map(({ constructor }) => constructor.name).sort();
  if (expected.join() !== given.join())
    throw new Error(`${room.name} must provide the resolvers ${expected.join(', ')}; got ${given.join(', ')}.`);
  return instances;
}
