import { type Door, openDoor, toyAuthenticate } from '../setup/door';
import { RawSocket } from '../setup/raw-socket';

const PER_SECOND = 1;
/** One field. */
const query = '{ toy { size } }';
const COST = 2;
const AFFORDED = (PER_SECOND * 10) / COST;

describe('a budget over time', () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor({
      config: { rateLimit: PER_SECOND },
      // The time of so few units is shorter than anything takes.
      limits: { msPerUnit: Infinity, unitsPerOperation: 0 },
      authenticate: async (credentials) => {
        const viewer = await toyAuthenticate(credentials);
        const sessionId = credentials.authorization?.replace('Bearer ', '');
        return viewer && { ...viewer, sessionId };
      },
    });
  });
  afterEach(() => door.close());

  const visit = (session: string) => ({ 'x-api-key': 'storefront', authorization: `Bearer ${session}` });
  const ask = (headers: Record<string, string>) => door.post({ query }, headers);
  const spend = async (headers: Record<string, string>, times = AFFORDED) => {
    for (let n = 0; n < times; n++) expect((await ask(headers)).status).toBe(200);
  };

  it('ends with 429 and the time to wait, for this session only', async () => {
    await spend(visit('a'));
    const refused = await ask(visit('a'));
    expect(refused).toMatchObject({ status: 429, errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
    const { retryAfterMs } = refused.errors![0].extensions as { retryAfterMs?: number };
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual((COST / PER_SECOND) * 1_000);
    expect(refused.headers.get('retry-after')).toBe(String(Math.ceil(retryAfterMs! / 1_000)));
    await spend(visit('b'), 1);
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
    await spend(visit('a'), 1);
  });

  it('is shared by HTTP and WebSocket', async () => {
    const socket = await new RawSocket(door.wsUrl).init({ apiKey: 'storefront', authorization: 'Bearer a' });
    await spend(visit('a'), AFFORDED - 1);
    socket.subscribe('1', query);
    expect(await socket.answer('1')).toMatchObject({ type: 'next' });
    socket.subscribe('2', query);
    expect(await socket.answer('2')).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) } }],
    });
    expect((await ask(visit('a'))).status).toBe(429);
    socket.close();
  });

  it('also applies to the client address, as the proxy reports it', async () => {
    const from = (session: string, client: string) => ({ ...visit(session), 'x-forwarded-for': client });
    // An address saves up what its ten visits are given in four seconds.
    for (let n = 0; n < 4; n++) await spend(from(`s${n}`, '198.51.100.1'));
    // The budget refilled in the meantime can be spent, too.
    const statuses: number[] = [];
    while (statuses.length < 10 * AFFORDED && !statuses.includes(429))
      statuses.push((await ask(from(`t${statuses.length}`, '198.51.100.1'))).status);
    expect(statuses).toContain(429);
    expect((await ask(from('fresh', '198.51.100.2'))).status).toBe(200);
  });

  it('does not apply to the shop’s own keys', async () => {
    for (const key of ['server', 'admin']) await spend({ ...visit('a'), 'x-api-key': key }, 3 * AFFORDED);
  });
});
