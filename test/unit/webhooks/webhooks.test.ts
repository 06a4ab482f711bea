import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { startReceiver, isSigned } from '../../setup/alert-operations';
import { MAX_DELIVERY_ATTEMPTS, retryDelayMs } from '../../../src/webhooks/retry-delay';
import { postJson } from '../../../src/webhooks/post-json';
import { isPublicAddress } from '../../../src/webhooks/public-address';
import { createWebhookSecret, webhookHeaders } from '../../../src/webhooks/webhook-headers';
import { WebhookTestService } from '../../../src/webhooks/webhook-test.service';
import type { Pool } from '../../../src/platform/postgres';
import { Networks } from '../../../src/networks';

const NONE = new Networks([]);
const LOCAL = new Networks(['127.0.0.1', '::1']);

describe('addresses', () => {
  it.each(['8.8.8.8', '93.184.216.34', '172.32.0.1', '2606:4700:4700::1111', '2a00:1450:4001::5'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.8.9.10',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
    '::7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    'fc00::1',
    'fe80::1',
    'ff02::1',
    '2001:db8::1',
    'localhost',
    '',
  ])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('posting', () => {
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let status = 200;
  beforeAll(async () => {
    receiver = await startReceiver(() => status);
  });
  afterAll(() => receiver.close());
  beforeEach(() => {
    status = 200;
    receiver.received.length = 0;
  });

  const port = () => new URL(receiver.url).port;

  it.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0x7f.1', '2130706433', '0'])(
    'to %s is refused, and sends no request',
    async (host) => {
      const post = postJson(new URL(`http://${host}:${port()}/`), '{}', {}, NONE);
      await expect(post).rejects.toThrow(/is not a public address/);
      expect(receiver.received).toEqual([]);
    },
  );

  it('to an allowed address arrives, signed as documented', async () => {
    const secret = createWebhookSecret();
    const body = JSON.stringify({ a: 'ä' });
    const sent = webhookHeaders('d1', secret, body, new Date());
    expect(await postJson(new URL(receiver.url), body, sent, LOCAL)).toBe(200);
    const [request] = receiver.received;
    expect([request.body, request.headers]).toEqual([body, expect.objectContaining(sent)]);
    expect(isSigned(request, secret)).toBe(true);
    expect(isSigned(request, createWebhookSecret())).toBe(false);
    expect(isSigned({ ...request, body: `${body} ` }, secret)).toBe(false);
    expect(isSigned({ ...request, headers: { ...request.headers, 'webhook-id': 'd2' } }, secret)).toBe(false);
    const earlier = webhookHeaders('d1', secret, body, new Date(Date.now() - 301_000));
    expect(isSigned({ ...request, headers: earlier }, secret)).toBe(false);
  });

  it('follows no redirect', async () => {
    status = 307;
    expect(await postJson(new URL(receiver.url), '{}', {}, LOCAL)).toBe(307);
    expect(receiver.received).toHaveLength(1);
  });

  it('treats another protocol as a response, and does not speak it', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
      );
    }).listen(0, '127.0.0.1');
    server.unref();
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await postJson(new URL(`http://127.0.0.1:${port}/`), '{}', {}, LOCAL)).toBe(101);
    server.close();
    await once(server, 'close'); // Not before the connection is open.
  }, 2_000);

  it('fails if no server listens', async () => {
    const gone = await startReceiver(() => 200);
    await gone.close();
    await expect(postJson(new URL(gone.url), '{}', {}, LOCAL)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('signatures', () => {
  it('are those of the Standard Webhooks specification: the test vector of its libraries', () => {
    expect(
      webhookHeaders(
        'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
        '{"test": 2432232314}',
        new Date(1614265330_000),
      ),
    ).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('have a secret of 24 random bytes in base64', () => {
    const secrets = Array.from({ length: 50 }, createWebhookSecret);
    expect(new Set(secrets).size).toBe(50);
    for (const secret of secrets) expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
  });
});

describe('pauses between attempts', () => {
  it('double, up to an hour', () => {
    const pauses = Array.from({ length: MAX_DELIVERY_ATTEMPTS - 1 }, (_, at) => retryDelayMs(at + 1, 0.5));
    expect(pauses.slice(0, 4)).toEqual([2_000, 4_000, 8_000, 16_000]);
    expect(Math.max(...pauses)).toBe(3_600_000);
    expect(pauses.reduce((sum, pause) => sum + pause)).toBe(11_294_000);
  });
});

it('a test is restricted like an alert: no private address', async () => {
  const receiver = await startReceiver(() => 200);
  const secret = createWebhookSecret();
  const found = { rows: [{ url: receiver.url, secret }] };
  const pool = { query: () => Promise.resolve(found) } as unknown as Pool;
  const id = '00000000-0000-0000-0000-000000000000';
  expect(await new WebhookTestService(pool, []).test(id)).toMatchObject({
    delivered: false,
    status: null,
    reason: expect.stringMatching(/127\.0\.0\.1 is not a public address/) as string,
  });
  expect(receiver.received).toEqual([]);
  expect(await new WebhookTestService(pool, ['127.0.0.1']).test(id)).toMatchObject({ delivered: true, status: 200 });
  expect(isSigned(receiver.received[0], secret)).toBe(true);
  await receiver.close();
});
