import { AsyncLocalStorage } from 'node:async_hooks';
import fc from 'fast-check';
import { IngestLanes, type RemainingBatches, type IngestOutcome } from '../../../src/events/ingest-lanes';

/** A log in memory: transactions wait until they are released. */
class Transactions {
  readonly begun: { readonly ids: readonly string[]; readonly end: () => void; readonly fail: (why: Error) => void }[] =
    [];

  begin(ids: readonly string[]): Promise<void> {
    return new Promise((end, fail) => this.begun.push({ ids, end, fail }));
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const NOTHING_LEFT: RemainingBatches = { next: [], individually: [], blocked: [] };

it('processes batches immediately while a lane is free, and batches that gather meanwhile together', async () => {
  const log = new Transactions();
  const lanes = new IngestLanes(
    {
      together: async (ids) => {
        await log.begin(ids);
        return NOTHING_LEFT;
      },
      alone: (id) => log.begin([id]).then(() => 'DONE'),
    },
    2,
  );
  const done: string[] = [];
  for (const id of ['a', 'b', 'c', 'd', 'e']) void lanes.ingest(id).then(() => done.push(id));
  await settled();
  expect(log.begun.map(({ ids }) => ids)).toEqual([['a'], ['b']]);
  log.begun[1].end();
  await settled();
  expect(log.begun[2].ids).toEqual(['c', 'd', 'e']);
  expect(done).toEqual(['b']);
  log.begun[2].end();
  log.begun[0].end();
  await settled();
  expect(done.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
});

it('processes one by one the batches that require it, and reports to each its own result', async () => {
  const lanes = new IngestLanes(
    {
      together: (ids) => Promise.resolve({ ...NOTHING_LEFT, individually: ids.filter((id) => id.startsWith('bad')) }),
      alone: async (id) => {
        await settled();
        if (id === 'bad-2') throw new Error('poison');
        return 'DONE';
      },
    },
    1,
  );
  const asked = ['first', 'good', 'bad-1', 'bad-2'].map((id) => lanes.ingest(id));
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
});

it('reports for each batch whether it has to wait for an older one, and is free for others meanwhile', async () => {
  let isOlderDone = false;
  const lanes = new IngestLanes(
    {
      together: async (ids) => {
        await settled();
        const blocked = isOlderDone ? [] : ids.filter((id) => id.startsWith('later'));
        return { ...NOTHING_LEFT, individually: ids.filter((id) => id.startsWith('apart')), blocked };
      },
      alone: async (id) => {
        await settled();
        return id.endsWith('later') && !isOlderDone ? 'BLOCKED' : 'DONE';
      },
    },
    1,
  );
  const asked = ['first', 'later', 'other', 'apart-later', 'apart'];
  const take = () => Promise.all(asked.map((id) => lanes.ingest(id)));
  expect(await take()).toEqual(['DONE', 'BLOCKED', 'DONE', 'BLOCKED', 'DONE']);
  isOlderDone = true;
  expect(await take()).toEqual(asked.map(() => 'DONE'));
});

it('reports an outage to all that were together, and continues', async () => {
  let away = true;
  const lanes = new IngestLanes(
    {
      together: () => (away ? Promise.reject(new Error('away')) : Promise.resolve(NOTHING_LEFT)),
      alone: () => settled().then(() => 'DONE'),
    },
    1,
  );
  const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((id) => lanes.ingest(id)));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  away = false;
  await Promise.all(['b', 'c', 'd'].map((id) => lanes.ingest(id)));
});

it('attributes the work to the first of a group, and to each batch that is processed alone', async () => {
  const name = new AsyncLocalStorage<string>();
  const seen: string[] = [];
  const lanes = new IngestLanes(
    {
      together: async (ids) => {
        await settled();
        seen.push(`${ids.join()} as ${name.getStore()}`);
        return { ...NOTHING_LEFT, individually: ids.slice(1) };
      },
      alone: async (id) => {
        await settled();
        seen.push(`${id} as ${name.getStore()}`);
        return 'DONE';
      },
    },
    1,
  );
  await Promise.all(['a', 'b', 'c'].map((id) => name.run(`who asked for ${id}`, () => lanes.ingest(id))));
  expect(seen).toEqual(['a as who asked for a', 'b,c as who asked for b', 'c as who asked for c']);
});

it('settles each once and loses none, for any mix of fits, failures and repeats', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ id: fc.integer({ min: 0, max: 20 }), pause: fc.boolean() }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 5 }),
      async (calls, count, fits) => {
        let busy = 0;
        let most = 0;
        const under = new Set<string>();
        const work = async (ids: readonly string[]) => {
          most = Math.max(most, ++busy);
          for (const id of ids) {
            expect(under.has(id)).toBe(false);
            under.add(id);
          }
          await settled();
          for (const id of ids) under.delete(id);
          busy--;
        };
        const lanes = new IngestLanes(
          {
            together: async (ids) => {
              const individually = ids.filter((id) => id.endsWith('7'));
              const fresh = ids.filter((id) => !id.endsWith('7'));
              await work(fresh.slice(0, fits));
              return { next: fresh.slice(fits), individually, blocked: [] };
            },
            alone: (id) => work([id]).then(() => 'DONE'),
          },
          count,
        );
        const asked: Promise<IngestOutcome>[] = [];
        for (const { id, pause } of calls) {
          asked.push(lanes.ingest(String(id)));
          if (pause) await settled();
        }
        await Promise.all(asked);
        expect(most).toBeLessThanOrEqual(count);
      },
    ),
    { numRuns: 100 },
  );
});
