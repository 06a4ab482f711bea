import { RequestError } from '../../../client/src/request-error';
import { until } from '../../setup/until';
import { Session, type SessionOptions, type Token } from '../../../client/src/session';

const MINUTE = 60_000;
let now: number;

/** A token of the shop, in the parts that a client can read. */
function tokenOf(name: string, issuedAt: number, lifeMs: number): Token {
  const payload = Buffer.from(JSON.stringify({ iat: Math.floor(issuedAt / 1000), name })).toString('base64url');
  return { token: `e30.${payload}.sig`, expiresAt: new Date(issuedAt + lifeMs).toISOString() };
}

function storage() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

function sessionOf(options: Partial<SessionOptions> = {}) {
  let visits = 0;
  const start = jest.fn(async () => tokenOf(`visit ${++visits}`, now, 60 * MINUTE));
  return { start, session: new Session({ start, storage: storage(), now: () => now, ...options }) };
}

/** A session that mia has signed in to. */
function signedIn() {
  let tokens = 0;
  const customer = () => ({ customerId: 'mia', ...tokenOf(`mia ${++tokens}`, now, 60 * MINUTE) });
  const renew = jest.fn<Promise<ReturnType<typeof customer> | null>, [string, string]>();
  const [onSignedOut, onChange, kept] = [jest.fn(), jest.fn(), storage()];
  const { start, session } = sessionOf({ storage: kept, renew, onSignedOut, onChange });
  session.signIn(customer());
  return { start, session, kept, renew, onSignedOut, onChange, customer };
}

beforeEach(() => (now = Date.parse('2026-03-01T10:00:00Z')));

it('starts one visit for any number of concurrent requests, and restores it after a reload', async () => {
  const kept = storage();
  const { start, session } = sessionOf({ storage: kept });
  const [one, two] = await Promise.all([session.token(), session.token()]);
  expect(one).toBe(two);
  expect(start).toHaveBeenCalledTimes(1);
  const reloaded = sessionOf({ storage: kept });
  expect(await reloaded.session.token()).toBe(one);
  expect(reloaded.start).not.toHaveBeenCalled();
});

it('gets the next token before the last one expires; if that fails, the last one is still used', async () => {
  const { start, session } = sessionOf();
  const first = await session.token();
  now += 54 * MINUTE;
  expect(await session.token()).toBe(first);
  now += 2 * MINUTE;
  start.mockRejectedValueOnce(new RequestError('away', 'NETWORK'));
  expect(await session.token()).toBe(first);
  expect(await session.token()).not.toBe(first);
  expect(start).toHaveBeenCalledTimes(3);
  now += 61 * MINUTE;
  start.mockRejectedValueOnce(new RequestError('away', 'NETWORK'));
  expect(session.current).toBeUndefined();
  await expect(session.token()).rejects.toMatchObject({ code: 'NETWORK' });
});

it('forgets only the refused token: a late answer does not remove a newer token', async () => {
  const { start, session } = sessionOf();
  const first = await session.token();
  session.handleRefusal(first);
  const second = await session.token();
  expect(second).not.toBe(first);
  session.handleRefusal(first);
  session.handleRefusal(undefined);
  expect(await session.token()).toBe(second);
  session.signIn({ customerId: 'mia', ...tokenOf('mia', now, 60 * MINUTE) });
  session.handleRefusal(second);
  expect(session.customerId).toBe('mia');
  expect(start).toHaveBeenCalledTimes(2);
});

it('belongs to the customer from sign-in on; the back end renews it, or the visitor becomes anonymous again', async () => {
  const onChange = jest.fn();
  const renew = jest.fn<Promise<ReturnType<typeof customer> | null>, [string, string]>();
  const customer = (n: number) => ({ customerId: 'mia', ...tokenOf(`mia ${n}`, now, 60 * MINUTE) });
  const { start, session } = sessionOf({ onChange, renew });
  await session.token();
  const first = customer(1);
  session.signIn(first);
  expect([await session.token(), session.customerId]).toEqual([first.token, 'mia']);
  expect(onChange).toHaveBeenCalledTimes(1);

  now += 56 * MINUTE;
  const second = customer(2);
  renew.mockResolvedValueOnce(second);
  expect(await session.token()).toBe(second.token);
  expect(renew).toHaveBeenLastCalledWith('mia', first.token);

  now += 56 * MINUTE;
  renew.mockResolvedValueOnce(null);
  await session.token();
  expect(session.customerId).toBeUndefined();
  expect(start).toHaveBeenCalledTimes(2);
});

it('becomes anonymous if the back end refuses to renew the token; a network fault is no such refusal', async () => {
  const renew = jest.fn<Promise<null>, [string, string]>();
  const { start, session } = sessionOf({ renew });
  const mia = { customerId: 'mia', ...tokenOf('mia', now, 60 * MINUTE) };
  session.signIn(mia);
  now += 61 * MINUTE;
  renew.mockRejectedValueOnce(new RequestError('away', 'NETWORK'));
  await expect(session.token()).rejects.toMatchObject({ code: 'NETWORK' });
  expect([session.customerId, start.mock.calls.length]).toEqual(['mia', 0]);
  renew.mockRejectedValueOnce(new RequestError('ended', 'UNAUTHENTICATED'));
  await session.token();
  expect(session.customerId).toBeUndefined();
  expect(start).toHaveBeenCalledTimes(1);
});

it('reports immediately that a customer is signed in no more, unless they have signed out', async () => {
  const [onSignedOut, onChange] = [jest.fn(), jest.fn()];
  const renew = () => Promise.resolve(null);
  const { session } = sessionOf({ onSignedOut, onChange, renew });
  const mia = () => ({ customerId: 'mia', ...tokenOf('mia', now, 60 * MINUTE) });
  session.handleRefusal(await session.token());
  session.signIn(mia());
  session.signOut();
  expect([onSignedOut.mock.calls.length, onChange.mock.calls.length]).toEqual([0, 2]);
  session.signIn(mia());
  // No request for a token follows. Open sockets are still hers.
  session.handleRefusal(await session.token());
  await until(() => session.customerId === undefined, Boolean);
  expect([onSignedOut.mock.calls.length, onChange.mock.calls.length]).toEqual([1, 4]);
  session.signIn(mia());
  now += 61 * MINUTE;
  await session.token();
  expect([session.customerId, onSignedOut.mock.calls.length, onChange.mock.calls.length]).toEqual([undefined, 2, 6]);
});

it('renews a customer whose token is refused, or has ended before the next request for one', async () => {
  const { start, session, renew, onSignedOut, onChange, customer } = signedIn();
  for (let n = 1; n <= 3; n++) {
    // Each token was used for its whole life except the last minutes.
    now += 50 * MINUTE;
    const last = await session.token();
    session.handleRefusal(last);
    expect([session.customerId, session.current]).toEqual(['mia', undefined]);
    renew.mockResolvedValueOnce(customer());
    await until(() => session.current !== undefined, Boolean);
    expect(renew.mock.calls[n - 1]).toEqual(['mia', last]);
    // The token of a request that was pending.
    session.handleRefusal(last);
  }
  expect([session.customerId, renew.mock.calls.length, start.mock.calls.length]).toEqual(['mia', 3, 0]);
  expect([onSignedOut.mock.calls.length, onChange.mock.calls.length]).toEqual([0, 1]);
});

it('signs a customer out whose new token is refused as well, after a reload too', async () => {
  for (const isReloaded of [false, true]) {
    const { session: first, kept, renew, onSignedOut, customer } = signedIn();
    renew.mockImplementation(async () => customer());
    first.handleRefusal(await first.token());
    await first.token();
    const again = isReloaded ? sessionOf({ storage: kept, renew, onSignedOut }).session : first;
    expect(again.customerId).toBe('mia');
    again.handleRefusal(await again.token());
    await again.token();
    expect([again.customerId, renew.mock.calls.length, onSignedOut.mock.calls.length]).toEqual([undefined, 1, 1]);
  }
});

it('a refusal that can’t be handled now leaves them signed in, with no token, until the back end can', async () => {
  const { start, session, renew, onSignedOut, customer } = signedIn();
  renew.mockRejectedValue(new RequestError('away', 'NETWORK'));
  session.handleRefusal(await session.token());
  await expect(session.token()).rejects.toMatchObject({ code: 'NETWORK' });
  await expect(session.token()).rejects.toMatchObject({ code: 'NETWORK' });
  expect([session.customerId, session.current, onSignedOut.mock.calls.length]).toEqual(['mia', undefined, 0]);
  const next = customer();
  renew.mockResolvedValueOnce(next);
  expect([await session.token(), start.mock.calls.length]).toEqual([next.token, 0]);
});

it('a refusal while they are being renewed does not change the result', async () => {
  const { start, session, renew, onSignedOut, customer } = signedIn();
  const first = await session.token();
  now += 56 * MINUTE;
  let answer!: (token: ReturnType<typeof customer>) => void;
  renew.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const asked = session.token();
  await until(() => renew.mock.calls.length === 1, Boolean);
  session.handleRefusal(first);
  expect([session.customerId, onSignedOut.mock.calls.length]).toEqual(['mia', 0]);
  const next = customer();
  answer(next);
  expect([await asked, await session.token(), session.customerId]).toEqual([next.token, next.token, 'mia']);
  expect([renew.mock.calls.length, start.mock.calls.length, onSignedOut.mock.calls.length]).toEqual([1, 0, 0]);
});

it('a customer who signs out during a renewal stays signed out', async () => {
  const { session, renew, onSignedOut, customer } = signedIn();
  now += 56 * MINUTE;
  let answer!: (token: ReturnType<typeof customer>) => void;
  renew.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const asked = session.token();
  await until(() => renew.mock.calls.length === 1, Boolean);
  session.signOut();
  const next = customer();
  answer(next);
  expect(await asked).not.toBe(next.token);
  expect([session.customerId, await session.token(), onSignedOut.mock.calls.length]).toEqual([
    undefined,
    await asked,
    0,
  ]);
});

it('renews once, also when other requests for a token arrive as it begins', async () => {
  const next = { customerId: 'mia', ...tokenOf('mia 2', now + 56 * MINUTE, 60 * MINUTE) };
  const others: Promise<string>[] = [];
  const renew = jest.fn(async () => {
    if (renew.mock.calls.length < 5) others.push(session.token());
    return next;
  });
  const { session } = sessionOf({ renew });
  session.signIn({ customerId: 'mia', ...tokenOf('mia', now, 60 * MINUTE) });
  now += 56 * MINUTE;
  expect(await session.token()).toBe(next.token);
  expect(await Promise.all(others)).toEqual([next.token]);
  expect(renew).toHaveBeenCalledTimes(1);
});

it('a customer who signs in while a token is fetched stays signed in', async () => {
  let answer!: (token: Token) => void;
  const { session } = sessionOf({ start: () => new Promise((resolve) => (answer = resolve)) });
  const asked = session.token();
  await Promise.resolve();
  const mia = { customerId: 'mia', ...tokenOf('mia', now, 60 * MINUTE) };
  session.signIn(mia);
  answer(tokenOf('visit', now, 60 * MINUTE));
  expect(await asked).toBe(mia.token);
  expect(session.customerId).toBe('mia');
});

it('uses the shop’s time if the local clock is wrong, and does not treat a token as expired', async () => {
  const shopNow = now;
  now -= 3 * 60 * MINUTE;
  const { session } = sessionOf({ start: async () => tokenOf('visit', shopNow, 60 * MINUTE) });
  await session.token();
  expect(session.shopTime().getTime()).toBe(shopNow);
  now += 6 * 60 * MINUTE;
  expect(session.current).toBeUndefined();
});

it('tolerates storage with other content', async () => {
  const kept = storage();
  kept.setItem('freshet.session', '{"token": 1');
  expect(typeof (await sessionOf({ storage: kept }).session.token())).toBe('string');
});
