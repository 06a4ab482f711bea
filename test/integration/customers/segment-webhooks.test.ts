import { commitChange } from '../../../src/events/commit-change';
import { Outbox } from '../../../src/events/outbox.service';
import type { ProfileChange } from '../../../src/customers/profiles/profile-change';
import { eraseFromProfiles, storeProfileChanges } from '../../../src/customers/profiles/profile.store';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLog } from '../../../src/platform/log';
import { connectPostgres, inTransaction, type Pool } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { queueChangeDeliveries, queueDeliveries } from '../../../src/webhooks/delivery.store';
import { WebhookSender } from '../../../src/webhooks/webhook-sender.service';
import { WebhookService } from '../../../src/webhooks/webhook.service';
import type { CreateAlertWebhookInput } from '../../../src/webhooks/webhook.type';
import { isSigned, startReceiver } from '../../setup/alert-operations';
import { until } from '../../setup/until';
import { testNamespace, type TestNamespace } from '../../setup/shop';

describe('webhooks that receive changes of segments', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let pubSub: RedisPubSub;
  let outbox: Outbox;
  let sender: WebhookSender;
  let service: WebhookService;

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
    const log = createLog({ logLevel: 'silent' });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    outbox = new Outbox(pool, pubSub, log);
    service = new WebhookService(pool);
  });

  // One for each test: after a sweep, a sender also sends what the next test queues.
  beforeEach(() => {
    sender = new WebhookSender({ pool, log: createLog({ logLevel: 'silent' }), networks: ['127.0.0.1'] });
  });

  afterEach(() => sender.close());

  afterAll(async () => {
    await outbox.markPublished();
    await pubSub.close();
    await pool.end();
    await shop.drop();
  });

  /** Logs changes and queues their deliveries. */
  const commit = async (changes: readonly ProfileChange[]) => {
    let deliveries: string[] = [];
    const { position } = await commitChange(outbox, (client) =>
      Promise.resolve({
        change: { profiles: changes },
        afterPosition: async (at: number) => {
          await storeProfileChanges(client, at, changes);
          deliveries = await queueChangeDeliveries(client, at);
        },
      }),
    );
    return { position, deliveries };
  };
  /** Creates a webhook whose receiver answers with these statuses, then with 200. */
  const webhook = async (input: Omit<CreateAlertWebhookInput, 'url'>, statuses: readonly number[] = []) => {
    const receiver = await startReceiver((n) => statuses[n] ?? 200);
    const { webhook: created, secret, errors } = await service.create({ url: receiver.url, ...input });
    expect(errors).toEqual([]);
    const end = async () => {
      await service.delete(created!.id);
      await receiver.close();
    };
    return { ...receiver, id: created!.id, secret: secret!, end };
  };
  const makeDue = () => pool.query(`UPDATE webhook_deliveries SET due_at = now() WHERE state = 'WAITING'`);

  it('receive the changes of one position together, signed, and the same body under the same id until it is accepted', async () => {
    const receiver = await webhook({ events: ['SEGMENT_CHANGES'] }, [500, 302]);
    const { position, deliveries } = await commit([
      { customerId: 'b', from: '1', to: '2' },
      { customerId: 'a', from: null, to: '1' },
      { customerId: 'unchanged', from: '3', to: '3' },
    ]);
    expect(deliveries).toHaveLength(1);
    const [id] = deliveries as [string];
    for (let attempt = 0; attempt < 4; attempt++) {
      await sender.deliver(id);
      // Not due yet: nothing is sent.
      await sender.deliver(id);
      await makeDue();
    }
    expect(receiver.received.map(({ status }) => status)).toEqual([500, 302, 200]);
    for (const request of receiver.received) expect(isSigned(request, receiver.secret)).toBe(true);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id, id]);
    expect(JSON.parse(receiver.received[0].body)).toEqual({
      id,
      type: 'segment.changed',
      createdAt: expect.any(String) as string,
      position: String(position),
      changes: [
        { customerId: 'a', previousSegmentId: null, segmentId: '1' },
        { customerId: 'b', previousSegmentId: '1', segmentId: '2' },
      ],
    });
    expect(await service.deliveries(receiver.id)).toMatchObject([
      { id, state: 'DELIVERED', attempts: 3, alertId: null, revision: null, position: String(position) },
    ]);
    await receiver.end();
  });

  it('receive only the changes of their segments, and nothing if they receive alerts only', async () => {
    const one = await webhook({ events: ['SEGMENT_CHANGES'], segmentIds: ['7'] });
    const alerts = await webhook({});
    const { deliveries: none } = await commit([{ customerId: 'c', from: '1', to: '2' }]);
    expect(none).toEqual([]);
    const { deliveries } = await commit([
      { customerId: 'c', from: '2', to: '7' },
      { customerId: 'd', from: '7', to: null },
      { customerId: 'e', from: '1', to: '2' },
    ]);
    expect(deliveries).toHaveLength(1);
    await sender.sweep();
    await until(
      () => one.received.length,
      (count) => count === 1,
    );
    expect(JSON.parse(one.received[0].body)).toMatchObject({
      changes: [
        { customerId: 'c', previousSegmentId: '2', segmentId: '7' },
        { customerId: 'd', previousSegmentId: '7', segmentId: null },
      ],
    });
    expect(alerts.received).toEqual([]);
    await one.end();
    await alerts.end();
  });

  it('do not receive persons who were erased before the delivery', async () => {
    const receiver = await webhook({ events: ['SEGMENT_CHANGES', 'ALERTS'] });
    const both = await commit([
      { customerId: 'erased', from: null, to: '1' },
      { customerId: 'stays', from: null, to: '1' },
    ]);
    const alone = await commit([{ customerId: 'erased', from: '1', to: '2' }]);
    await inTransaction(pool, (client) => eraseFromProfiles(client, ['c:erased']));
    await sender.deliver(both.deliveries[0]);
    await sender.deliver(alone.deliveries[0]);
    expect(receiver.received).toHaveLength(1);
    expect(JSON.parse(receiver.received[0].body)).toMatchObject({ changes: [{ customerId: 'stays' }] });
    expect(await service.deliveries(receiver.id)).toHaveLength(1);
    await receiver.end();
  });

  it('do not delay alerts, nor changes for other webhooks, while one does not respond', async () => {
    let requests = 0;
    const silent = createServer(() => void requests++);
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/hook`;
    const { webhook: hanging } = await service.create({ url, events: ['SEGMENT_CHANGES', 'ALERTS'] });
    for (let n = 0; n < 60; n++) await commit([{ customerId: `many-${n}`, from: '1', to: '2' }]);
    const alerted = await webhook({});
    const changed = await webhook({ events: ['SEGMENT_CHANGES'] });
    await sender.sweep();
    await until(
      () => requests,
      (count) => count === 4,
    );
    const alert = randomUUID();
    await inTransaction(pool, async (client) => {
      await client.query(
        `INSERT INTO alerts (id, rule, key, state, severity, revision, observed, started_at, fired_at, updated_at)
         VALUES ($1, 'redis', '', 'FIRING', 'CRITICAL', 1, '{}', now(), now(), now())`,
        [alert],
      );
      await client.query(
        `INSERT INTO alert_transitions (alert, revision, state, at, observed) VALUES ($1, 1, 'FIRING', now(), '{}')`,
        [alert],
      );
      await queueDeliveries(client, 'redis', alert, 'FIRING');
    });
    await commit([{ customerId: 'last', from: '1', to: '2' }]);
    sender.wake();
    await until(
      () => [alerted.received.length, changed.received.length, requests],
      // The alert to the silent webhook does not wait for its changes; of these, four are sent at a time.
      ([alerts, changes, hung]) => alerts === 1 && changes === 1 && hung === 5,
    );
    // All attempts of the silent webhook still run.
    expect((await service.deliveries(hanging!.id)).every(({ lastError }) => lastError === null)).toBe(true);
    expect(JSON.parse(alerted.received[0].body)).toMatchObject({ type: 'alert.firing', alert: { id: alert } });
    expect(JSON.parse(changed.received[0].body)).toMatchObject({ changes: [{ customerId: 'last' }] });
    await service.delete(hanging!.id);
    silent.closeAllConnections();
    silent.close();
    await alerted.end();
    await changed.end();
  });

  it('are refused without an event or with a segment that has no changes', async () => {
    const url = 'https://example.com/hook';
    const pathOf = async (input: Omit<CreateAlertWebhookInput, 'url'>) =>
      (await service.create({ url, ...input })).errors[0]?.path;
    expect(await pathOf({ events: [] })).toBe('events');
    expect(await pathOf({ events: ['SEGMENT_CHANGES'], segmentIds: ['NEW'] })).toBe('segmentIds');
  });
});
