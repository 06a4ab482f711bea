import { seededRandom } from '../../../src/learn/seeded-random';
import { caughtUp } from '../../setup/caught-up';
import { RECORD, type RecordAnswer } from '../../setup/operations';
import { runningShop } from '../../setup/running-shop';
import {
  CREATE_STREAM,
  WINDOW_UPDATED,
  WINDOWS,
  type StreamWritten,
  type WindowAnswer,
  type WindowsAnswer,
} from '../../setup/stream-operations';
import { until } from '../../setup/until';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const random = seededRandom(SEED);
const below = (n: number) => Math.floor(random() * n);
const MINUTE = 60_000;
/** Some days ago: within the lateness of the streams. */
const FROM = Math.floor(Date.now() / MINUTE) * MINUTE - 5 * 86_400_000;
const KEYS = ['a', 'b', 'c'];
const VISITS = {
  id: 'visits',
  from: ['VIEW'],
  keys: [{ name: 'product', expression: 'event.productId' }],
  window: { kind: 'SESSION', gap: 'PT30M' },
  lateness: 'P31D',
  aggregates: [{ name: 'views', kind: 'COUNT' }],
};

type Update = WindowAnswer & { readonly isRemoved: boolean };

describe('windowUpdated', () => {
  const shop = runningShop();
  let made = 0;

  const view = (minutes: number, productId: string) => ({
    ...{ source: 'SUPPORT', id: `view-${++made}`, type: 'VIEW', customerId: 'alice', productId },
    occurredAt: new Date(FROM + minutes * MINUTE),
  });
  const record = async (events: readonly object[]) => {
    const { recordEvents } = await shop.client.data<RecordAnswer>(RECORD, { events });
    expect(recordEvents.errors).toEqual([]);
    await caughtUp(shop.pool, ['inbox']);
  };
  const windows = async (stream: string) => {
    const input = { stream, from: new Date(FROM - 86_400_000), to: new Date(FROM + 5 * 86_400_000) };
    return (await shop.client.data<WindowsAnswer>(WINDOWS, { input, first: 80 })).windows;
  };
  const create = async (stream: { readonly id: string; readonly [field: string]: unknown }) => {
    expect((await shop.client.data<StreamWritten>(CREATE_STREAM, { stream })).written.errors).toEqual([]);
    await until(
      () => shop.client.data<{ stream: { state: string } }>('query($id: ID!) { stream(id: $id) { state } }', stream),
      ({ stream: { state } }) => state === 'LIVE',
    );
  };
  /** A client that applies every message. */
  const subscribe = (stream: string, key?: string) => {
    const shown = new Map<string, Update>();
    const messages: Update[] = [];
    const updates = shop.client.subscribe<{ windowUpdated: Update }>(WINDOW_UPDATED, { stream, key });
    const reading = (async () => {
      for await (const { data } of updates) {
        const window = data!.windowUpdated;
        messages.push(window);
        if (window.isRemoved) shown.delete(`${window.start} ${window.key}`);
        else shown.set(`${window.start} ${window.key}`, window);
      }
    })();
    const all = () =>
      [...shown.values()]
        .map(({ isRemoved: _, ...window }) => window)
        .sort((x, y) => (x.start < y.start || (x.start === y.start && x.key < y.key) ? -1 : 1));
    const close = async () => {
      await updates.return!();
      await reading;
    };
    return { all, messages, close };
  };

  it(`gives a client that applies every message the same windows as the query, with late events (SEED=${SEED})`, async () => {
    await create(VISITS);
    const [all, ofA] = [subscribe('visits'), subscribe('visits', 'a')];
    for (let round = 0; round < 12; round++) {
      // Events far apart are separate sessions, until others come between them.
      await record([...Array(1 + below(8)).keys()].map(() => view(below(25) * 25, KEYS[below(3)])));
      if (below(2) === 0) continue;
      await until(
        async () => [all.all(), await windows('visits')] as const,
        ([shown, found]) => same(shown, found),
      );
    }
    const found = await until(
      () => windows('visits'),
      (now) =>
        same(all.all(), now) &&
        same(
          ofA.all(),
          now.filter(({ key }) => key === 'a'),
        ),
    );
    expect(found.length).toBeGreaterThan(0);
    const removals = all.messages.filter(({ isRemoved }) => isRemoved);
    expect(removals.length).toBeGreaterThan(0);
    for (const { stream, keys, key, events, values } of removals as (Update & { stream: string })[])
      expect([stream, keys, events, values]).toEqual(['visits', [key], 0, []]);
    expect(ofA.messages.every(({ key }) => key === 'a')).toBe(true);
    await all.close();
    await ofA.close();
  });

  it('removes a window over others that a correction leaves without events', async () => {
    await create({ ...VISITS, id: 'hours', keys: [], window: { kind: 'TUMBLING', size: 'PT1H' } });
    const quiet = {
      ...{ id: 'quiet', over: 'hours', filter: 'event.properties.values.views <= 1.0' },
      window: { kind: 'TUMBLING', size: 'P1D' },
      aggregates: [{ name: 'hours', kind: 'COUNT' }],
    };
    await create(quiet);
    await record([view(3 * 1_440, 'a')]);
    const client = subscribe('quiet');
    await until(
      () => windows('quiet'),
      (found) => found.length > 0 && same(client.all().slice(-1), found.slice(-1)),
    );
    await record([view(3 * 1_440, 'a')]);
    await until(client.all, (shown) => shown.every(({ start }) => Date.parse(start) < FROM + 2 * 1_440 * MINUTE));
    expect(client.messages.at(-1)).toMatchObject({ isRemoved: true });
    await client.close();
  });
});

const same = (a: readonly object[], b: readonly object[]) => JSON.stringify(a) === JSON.stringify(b);
