import { Redis } from 'ioredis';
import { event, events, InboxShop } from '../../setup/inbox-shop';
import { startApiProcess, startCrashingWorker, startWorkerProcess } from '../../setup/processes';
import { startRelay } from '../../setup/relay';
import { until } from '../../setup/until';

const idsOf = (batch: readonly { id: string }[]) => batch.map(({ id }) => id);

let inbox: InboxShop;

beforeEach(async () => {
  inbox = await InboxShop.open();
});

afterEach(() => inbox.close());

/** Makes PostgreSQL refuse the event with this id. */
const poison = (id: string) =>
  inbox.pool.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN IF NEW.id = '${id}' THEN RAISE EXCEPTION 'this one breaks whoever takes it'; END IF; RETURN NEW; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse()`);

describe('an event that the log can not store', () => {
  it('is found by halving, quarantined with its reason, and can be retried; all others of its batch are stored', async () => {
    await poison('bad');
    await inbox.through(startApiProcess(inbox.shop));
    inbox.keep(startWorkerProcess(inbox.shop));
    const good = events('good', 7);
    const receipt = await inbox.record([...good.slice(0, 4), event('bad'), ...good.slice(4)]);

    const seen = new Set<string>();
    const own = await until(
      async () => {
        const batch = (await inbox.batches()).nodes.find(({ id }) => id === receipt)!;
        seen.add(batch.state);
        if (seen.has('FAILING')) inbox.hurry();
        return batch;
      },
      ({ position }) => position !== null,
    );
    expect([...seen]).toEqual(expect.arrayContaining(['FAILING', 'SPLIT']));
    expect(own).toMatchObject({ state: 'SPLIT', events: 8, attempts: 3, retryAt: null, parent: null });
    expect(own.lastError).toBe('this one breaks whoever takes it');
    expect(await inbox.applied(receipt)).toBeUndefined();

    expect(await inbox.logged()).toEqual(idsOf(good));
    const [bad, ...more] = await inbox.rejected();
    expect(more).toEqual([]);
    expect(bad).toMatchObject({ code: 'POISON', message: 'this one breaks whoever takes it', event: { id: 'bad' } });

    // 8 = 4 + (2 + (1 + 1)): each good half is stored immediately, the bad event had its three attempts.
    const descendants = (await inbox.batches()).nodes.filter(({ id }) => id !== receipt);
    expect(descendants.map(({ state, events: count }) => `${state} ${count}`).sort()).toEqual([
      'DONE 1',
      'DONE 1',
      'DONE 2',
      'DONE 4',
      'SPLIT 2',
      'SPLIT 4',
    ]);
    expect(descendants.every(({ parent }) => parent !== null)).toBe(true);
    const positions = descendants.map(({ position }) => Number(position));
    expect(Number(own.position)).toBe(Math.max(...positions));
    expect(descendants.filter(({ events: count, attempts }) => count === 1 && attempts === 3)).toHaveLength(1);

    // Checks pages and the filter.
    const [first, second] = [await inbox.batches({ first: 4 }), (await inbox.batches({ state: 'SPLIT' })).nodes];
    expect(first.pageInfo.hasNextPage).toBe(true);
    const rest = await inbox.batches({ first: 4, after: first.pageInfo.endCursor });
    expect(new Set([...first.nodes, ...rest.nodes].map(({ id }) => id)).size).toBe(7);
    expect(second.map(({ events: count }) => count).sort()).toEqual([2, 4, 8]);
    expect(await inbox.codeOfBatches({ after: 'nonsense' })).toBe('BAD_USER_INPUT');

    // Two concurrent retries store it once.
    await inbox.pool.query('DROP TRIGGER refuse ON events');
    const [once, twice] = await Promise.all([inbox.retry([bad.id, '999999', 'x']), inbox.retry([bad.id])]);
    expect([once, twice].map(({ accepted }) => accepted).sort()).toEqual([0, 1]);
    expect(once.errors.filter(({ index }) => index > 0)).toEqual([
      { index: 1, code: 'NOT_FOUND' },
      { index: 2, code: 'NOT_FOUND' },
    ]);
    expect(await inbox.applied((once.receipt ?? twice.receipt)!)).toBeUndefined();
    expect(await inbox.logged()).toEqual(['bad', ...idsOf(good)]);
    expect(await inbox.rejected()).toEqual([]);

    // A conflict remains a conflict.
    await inbox.applied(await inbox.record([event('bad', { productId: 'another' })]));
    const [conflict] = await inbox.rejected();
    expect(conflict).toMatchObject({ code: 'CONFLICT', event: { id: 'bad' } });
    const again = await inbox.retry([conflict.id]);
    expect(again).toMatchObject({ accepted: 1, errors: [] });
    await inbox.applied(again.receipt!);
    const back = await inbox.rejected();
    expect(back).toMatchObject([{ code: 'CONFLICT', event: conflict.event }]);
    expect(back[0].id).not.toBe(conflict.id);
  });

  it('is quarantined also if it kills each worker that processes it', async () => {
    await inbox.through(startApiProcess(inbox.shop, { INBOX_MAX_AGE_MS: '600000' }));
    const receipt = await inbox.record([event('good'), event('deadly'), event('better')]);
    const others = [await inbox.record(events('beside', 3)), await inbox.record(events('next', 3))];
    const redis = new Redis(inbox.shop.redisUrl);
    let deaths = 0;
    const isDone = async () =>
      (await inbox.batches({ state: 'SPLIT' })).nodes.some(({ id, position }) => id === receipt && position !== null);
    for (let done = false; !done;) {
      // Simulates that time passes, so that the test does not wait for a dead worker's lock or for the next sweep.
      const keys = await redis.keys(`{${inbox.shop.namespace}}:*`);
      if (keys.length > 0) await redis.del(keys);
      await inbox.pool.query(`UPDATE inbox SET retry_at = now() WHERE done_at IS NULL AND state <> 'SPLIT'`);
      const worker = inbox.keep(startCrashingWorker(inbox.shop, 'deadly'));
      const ended = await until(async () => worker.child.signalCode ?? ((await isDone()) && 'done'), Boolean);
      done = ended === 'done';
      if (ended === 'SIGKILL') deaths++;
    }
    redis.disconnect();
    // Three deaths for the batch, then one for the pair, then three for the single event.
    expect(deaths).toBe(3 + 1 + 3);
    expect(await inbox.applied(receipt)).toBeUndefined();
    expect(await inbox.rejected()).toMatchObject([{ code: 'POISON', event: { id: 'deadly' } }]);
    expect(await inbox.logged()).toEqual([
      ...idsOf(events('beside', 3)),
      'better',
      'good',
      ...idsOf(events('next', 3)),
    ]);
    // Events in the same batch when it first failed were charged that one attempt, and no more.
    for (const { attempts } of (await inbox.batches()).nodes.filter(({ id }) => others.includes(id)))
      expect(attempts).toBeLessThanOrEqual(2);
  });
});

describe('a worker that loses Redis', () => {
  it('still stores accepted events in the log', async () => {
    await inbox.through(startApiProcess(inbox.shop));
    const relay = await startRelay(inbox.shop.redisUrl);
    const worker = inbox.keep(startWorkerProcess(inbox.shop, { REDIS_URL: relay.url }));
    await until(worker.log, (log) => log.includes('worker started'));
    relay.cut();
    await Promise.all([inbox.record(events('one', 3)), inbox.record(events('two', 3))]);
    await until(inbox.logged, (ids) => ids.length === 6);
  });
});

describe('retention', () => {
  it('deletes finished batches and rejected events in time; never a receipt whose halves are unfinished', async () => {
    const put = (id: string, state: string, done: string, parent: string | null) =>
      inbox.pool.query(
        `INSERT INTO inbox (id, received_at, events, count, state, done_at, parent, retry_at)
         VALUES ($1, now() - interval '3 hours', '[]', 1, $2, ${done}, $3, 'infinity')`,
        [id, state, parent],
      );
    const [old, recent, split, half] = ['1', '2', '3', '4'].map((n) => `${n.repeat(8)}-0000-4000-8000-000000000000`);
    await put(old, 'DONE', "now() - interval '61 minutes'", null);
    await put(recent, 'DONE', "now() - interval '59 minutes'", null);
    await put(split, 'SPLIT', 'NULL', null);
    await put(half, 'WORKING', 'NULL', split);
    await inbox.pool.query(
      `INSERT INTO rejected_events (received_at, rejected_at, code, message, event)
       SELECT now(), now() - age, 'POISON', age::text, '{}' FROM unnest('{23 hours,25 hours}'::interval[]) AS age`,
    );
    inbox.keep(startWorkerProcess(inbox.shop, { REJECTED_EVENTS_DAYS: '1' }));
    const left = async (sql: string) => (await inbox.pool.query<{ id: string }>(sql)).rows.map(({ id }) => id);
    await until(
      () => left('SELECT message AS id FROM rejected_events'),
      (messages) => messages.length === 1,
    );
    expect(await left('SELECT message AS id FROM rejected_events')).toEqual(['23:00:00']);
    expect(await left('SELECT id FROM inbox ORDER BY id')).toEqual([recent, split, half]);
  });
});
