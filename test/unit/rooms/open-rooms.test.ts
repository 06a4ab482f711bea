import { extensionPoint } from '../../../src/rooms/extension-point';
import { ApiRooms, resolverClasses, WorkerRooms } from '../../../src/rooms/open-rooms';
import {
  type ApiPart,
  defineRoom,
  type ResolverClass,
  type RoomPart,
  type WorkerContext,
  type WorkerNeeds,
} from '../../../src/rooms/room';

/** These rooms use nothing of their process. */
const PROCESS = {} as never;

class First {}
class Second {}

const roomWith = (name: string, part: RoomPart) => defineRoom({ name, worker: async () => ({ worker: () => part }) });
const apiRoomWith = (part: ApiPart, resolvers?: readonly ResolverClass[]) =>
  defineRoom({ name: 'toy', api: async () => ({ resolvers, api: () => part }) });

describe('the needs of a room', () => {
  const lower = roomWith('lower', {});
  const clock = defineRoom({ name: 'clock', worker: async () => ({ worker: () => ({ offers: { now: () => 7 } }) }) });
  const needs = { clock, lower };
  let seen: number | undefined;
  const upper = defineRoom({
    name: 'upper',
    needs,
    worker: async () => ({
      worker: (_: WorkerContext, needed: WorkerNeeds<typeof needs>) => {
        seen = needed.clock.now();
        return {};
      },
    }),
  });

  it('are what other rooms offer in the process', async () => {
    await WorkerRooms.open([clock, lower, upper], PROCESS);
    expect(seen).toBe(7);
  });

  it.each([
    ['later', [clock, upper, lower]],
    ['nowhere', [clock, upper]],
  ])('must not stand %s', async (_, rooms) => {
    await expect(WorkerRooms.open(rooms, PROCESS)).rejects.toThrow(
      'upper needs lower, which does not stand before it.',
    );
  });

  it('may have no part in the process', async () => {
    const other = defineRoom({ name: 'other', needs: { lower }, api: async () => ({ api: () => ({ offers: 1 }) }) });
    const rooms = await ApiRooms.open([lower, other], PROCESS);
    expect(rooms.offersOf(other)).toBe(1);
  });
});

describe('an extension point', () => {
  const words = extensionPoint<string>('words');
  const none = extensionPoint<string>('none');
  const adds = (...values: string[]) => roomWith(values.join(), { contributes: [words.with(...values)] });

  it('has what the rooms add, in the order of the rooms', async () => {
    let read: (() => readonly string[]) | undefined;
    let readNone: (() => readonly string[]) | undefined;
    const owner = defineRoom({
      name: 'owner',
      worker: async () => ({
        worker: ({ contributionsTo }: WorkerContext) => {
          read = () => contributionsTo(words);
          readNone = () => contributionsTo(none);
          return {};
        },
      }),
    });
    await WorkerRooms.open([owner, adds('a', 'b'), adds('c')], PROCESS);
    expect(read?.()).toEqual(['a', 'b', 'c']);
    expect(readNone?.()).toEqual([]);
  });

  it('can not be read before all rooms exist', async () => {
    const early = defineRoom({
      name: 'early',
      worker: async () => ({
        worker: ({ contributionsTo }: WorkerContext) => ({ offers: contributionsTo(words) }),
      }),
    });
    await expect(WorkerRooms.open([adds('a'), early], PROCESS)).rejects.toThrow(
      'words is read before all rooms exist.',
    );
  });
});

describe('the parts of rooms', () => {
  it('load at the same time, and start in the order of the rooms', async () => {
    const steps: string[] = [];
    let endLoad: (() => void) | undefined;
    const first = roomWith('first', {
      load: async () => {
        steps.push('first loads');
        await new Promise<void>((resolve) => (endLoad = resolve));
        steps.push('first is loaded');
      },
      start: async () => {
        await Promise.resolve();
        steps.push('first starts');
      },
    });
    const second = roomWith('second', {
      load: async () => {
        steps.push('second loads');
        endLoad?.();
      },
      start: () => steps.push('second starts'),
    });
    const rooms = await WorkerRooms.open([first, roomWith('idle', {}), second], PROCESS);
    expect(steps).toEqual([]);
    await rooms.start();
    expect(steps).toEqual([
      ...['first loads', 'second loads', 'first is loaded'],
      ...['first starts', 'second starts'],
    ]);
  });

  it('stop when those that use what they offer have stopped', async () => {
    const steps: string[] = [];
    let endStop: (() => void) | undefined;
    const lower = roomWith('lower', { offers: {}, stop: () => steps.push('lower stops') });
    const silent = roomWith('silent', { stop: () => steps.push('silent stops') });
    const between = defineRoom({
      name: 'between',
      needs: { lower, silent },
      worker: async () => ({ worker: () => ({ offers: {}, stop: () => steps.push('between stops') }) }),
    });
    const upper = defineRoom({
      name: 'upper',
      needs: { between },
      worker: async () => ({
        worker: () => ({
          stop: async () => {
            await new Promise<void>((resolve) => (endStop = resolve));
            steps.push('upper stops');
          },
        }),
      }),
    });
    const independent = roomWith('independent', {
      stop: () => {
        steps.push('independent stops');
        endStop?.();
      },
    });
    const rooms = await WorkerRooms.open([independent, silent, lower, between, upper], PROCESS);
    await rooms.stop();
    expect(steps.slice(0, 2).sort()).toEqual(['independent stops', 'silent stops']);
    expect(steps.slice(2)).toEqual(['upper stops', 'between stops', 'lower stops']);
  });

  it('say why the process is not up to date, and what is wrong', async () => {
    const lagging = apiRoomWith({ lagReasons: () => ['late', null], degradedReasons: () => [null] });
    const degraded = apiRoomWith({ degradedReasons: () => ['stuck'] });
    const rooms = await ApiRooms.open([lagging, degraded], PROCESS);
    expect(rooms.lagReasons).toEqual(['late']);
    expect(rooms.degradedReasons).toEqual(['stuck']);
  });
});

describe('the resolvers of a room', () => {
  it('are one instance of each of its classes, in any order', async () => {
    const instances = [new Second(), new First()];
    const toy = apiRoomWith({ resolvers: instances }, [First, Second]);
    expect((await ApiRooms.open([toy, apiRoomWith({})], PROCESS)).resolvers).toEqual(instances);
    expect(await resolverClasses([toy, apiRoomWith({}), roomWith('worker', {})])).toEqual([First, Second]);
  });

  it.each([
    ['missing', [new First()]],
    ['given twice', [new First(), new Second(), new Second()]],
    ['of no class', [new First(), new Second(), {}]],
  ])('must not be %s', async (_, instances) => {
    const toy = apiRoomWith({ resolvers: instances }, [First, Second]);
    await expect(ApiRooms.open([toy], PROCESS)).rejects.toThrow('toy must provide the resolvers First, Second; got ');
  });
});
