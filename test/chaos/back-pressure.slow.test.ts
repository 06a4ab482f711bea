import { readConfig } from '../../src/config';
import { openEventLog } from '../../src/events/event-log';
import { measureInbox } from '../../src/events/inbox-pressure.store';
import { DatabaseTarget } from '../../src/imports/database-target';
import type { PauseReason } from '../../src/imports/import-target';
import { connectPlatform } from '../../src/platform/connect';
import { SHOP } from '../../src/shop';
import { caughtUp } from '../setup/caught-up';
import type { Answer } from '../setup/graphql-client';
import { event, events, InboxShop, YESTERDAY } from '../setup/inbox-shop';
import { RECORD, type RecordAnswer } from '../setup/operations';
import { ADMIN_KEY, startApi, startWorker } from '../setup/processes';
import { until } from '../setup/until';
import { expectExactly } from '../setup/final-failure';

let inbox: InboxShop;

beforeEach(async () => {
  inbox = await InboxShop.open();
});

afterEach(() => inbox.close());

describe('a full inbox', () => {
  const overloaded = (answer: Answer<unknown>) => {
    const [error] = (answer.errors ?? []) as readonly { extensions: { code: string; retryAfterMs?: number } }[];
    return error?.extensions.code === 'OVERLOADED' ? error.extensions.retryAfterMs : undefined;
  };

  it('refuses immediately, loses nothing that it acknowledged, and accepts more after it has drained', async () => {
    const api = await inbox.through(startApi(inbox.shop, { INBOX_MAX_EVENTS: '50', INBOX_MAX_AGE_MS: '600000' }));
    const sent: string[] = [];
    let answer: Answer<RecordAnswer> = {};
    for (let n = 0; n < 20 && !answer.errors; n++) {
      const batch = events(`flood-${String(n).padStart(2, '0')}`, 10);
      answer = await inbox.client.send<RecordAnswer>(RECORD, { events: batch });
      if (answer.data) sent.push(...batch.map(({ id }) => id));
    }
    expect(overloaded(answer)).toBeGreaterThanOrEqual(1_000);
    // Batches that were written during a measurement may have counted twice.
    expect(sent.length).toBeGreaterThanOrEqual(25);
    expect(sent.length).toBeLessThanOrEqual(50);
    const stored = await inbox.pool.query<{ n: number }>('SELECT sum(count)::int AS n FROM inbox');
    expect(stored.rows[0].n).toBe(sent.length);

    const post = await fetch(`http://127.0.0.1:${api.port}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': ADMIN_KEY },
      body: JSON.stringify({ events: [event('beacon')] }),
    });
    expect(post.status).toBe(503);
    expect(Number(post.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await post.json()).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED' } }] });
    // Queries and all other mutations continue to work.
    expect(await inbox.client.code('{ inboxBatches { nodes { id } } }')).toBeUndefined();

    inbox.keep(startWorker(inbox.shop));
    await until(
      () => inbox.client.send(RECORD, { events: [event('after')] }),
      ({ errors }) => !errors,
    );
    await caughtUp(inbox.pool, ['inbox']);
    const logged = await inbox.logged();
    expectExactly(() => expect(logged).toEqual(['after', ...sent]));
  });

  it('of events from visitors still takes those of the shop', async () => {
    const api = await inbox.through(startApi(inbox.shop, { INBOX_MAX_EVENTS: '100', INBOX_MAX_AGE_MS: '600000' }));
    const created = await inbox.client.data<{ createApiKey: { secret: string } }>(
      'mutation { createApiKey(input: { name: "page", scope: STOREFRONT }) { secret } }',
    );
    const apiKey = created.createApiKey.secret;
    const ask = async (query: string, variables: object, headers: Record<string, string>) => {
      const response = await fetch(`http://127.0.0.1:${api.port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': apiKey, ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer<{ startSession: { token: string } }>;
    };
    const { data } = await ask('mutation { startSession { token } }', {}, {});
    const visitor = { authorization: `Bearer ${data!.startSession.token}` };
    const seen = { type: 'CUSTOM', name: 'seen' };
    let answer: Answer<unknown> = {};
    for (let n = 0; n < 20 && !answer.errors; n++)
      answer = await ask(RECORD, { events: Array.from({ length: 10 }, () => seen) }, visitor);
    expect(overloaded(answer)).toBeGreaterThanOrEqual(1_000);
    await inbox.record([event('order')]);
    const shipments = [{ id: 'parcel', orderId: 'order', carrier: 'DHL' }];
    const recorded = await inbox.client.send<{ recordShipments: { receipt: string | null } }>(
      'mutation ($input: RecordShipmentsInput!) { recordShipments(input: $input) { receipt userErrors { message } } }',
      { input: { shipments } },
    );
    expect(recorded.errors).toBeUndefined();
    expect(overloaded(await ask(RECORD, { events: [seen] }, visitor))).toBeGreaterThanOrEqual(1_000);
  });

  it('is also an inbox whose oldest batch has waited for too long', async () => {
    await inbox.through(startApi(inbox.shop, { INBOX_MAX_AGE_MS: '1500' }));
    await inbox.record([event('first')]);
    await inbox.record([event('second')]);
    const refused = await until(
      () => inbox.client.send(RECORD, { events: [event('third')] }),
      ({ errors }) => !!errors,
    );
    expect(overloaded(refused)).toBeGreaterThanOrEqual(1_000);
    inbox.keep(startWorker(inbox.shop));
    await until(
      () => inbox.client.send(RECORD, { events: [event('fourth')] }),
      ({ errors }) => !errors,
    );
    expect(await until(inbox.logged, (ids) => ids.includes('fourth'))).toEqual(
      expect.arrayContaining(['first', 'second']),
    );
  });

  it('makes an import pause', async () => {
    await inbox.pool.query(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NOT NEW.backfill THEN PERFORM pg_sleep(0.4); END IF; RETURN NEW; END $$;
      CREATE TRIGGER slow BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION slow()`);
    await inbox.through(startApi(inbox.shop, { INGEST_DELAY_MS: '0' }));
    const config = { ...readConfig({}), ...inbox.shop, logLevel: 'silent' as const };
    const platform = connectPlatform(config, 'import');
    const target = new DatabaseTarget(platform, await openEventLog(platform, SHOP));
    const told: (PauseReason | null)[] = [];
    target.onPause = (pause) => told.push(pause);
    const past = (id: string) =>
      ({
        source: 'ORDERS',
        id,
        type: 'VIEW',
        occurredAt: YESTERDAY,
        quantity: 1,
        productId: 'mug',
        customerId: 'bob',
      }) as const;
    try {
      inbox.keep(startWorker(inbox.shop));
      await inbox.applied(await inbox.record([event('warm')]));
      // There are no live events to wait for.
      await target.events([past('one')]);
      expect(told).toEqual([]);
      for (const each of events('live', 30)) await inbox.record([each]);
      await until(
        () => measureInbox(inbox.pool),
        ({ ageMs }) => ageMs > 1_000,
      );
      await target.events([past('two')]);
      expect(told).toEqual(['live events', null]);
      expect((await measureInbox(inbox.pool)).ageMs).toBeLessThanOrEqual(1_500);
      expect(await inbox.logged()).toEqual(expect.arrayContaining(['one', 'two']));
    } finally {
      await platform.close();
    }
  });
});
