import { once } from 'node:events';
import path from 'node:path';
import { ADMIN_KEY } from '../../setup/processes';
import { ShopHost } from '../../setup/shop-host';
import { testFolder, testNamespace, type TestNamespace } from '../../setup/shop';

describe('the shop host', () => {
  const host = new ShopHost();
  let shops: TestNamespace[];

  beforeAll(async () => (shops = await Promise.all([testNamespace(), testNamespace()])));
  afterAll(async () => {
    await host.closeAll();
    await Promise.all(shops.map((shop) => shop.drop()));
  });

  const openApi = async (id: string, { databaseUrl, redisUrl, namespace }: TestNamespace, port = '0') => {
    const env = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, NAMESPACE: namespace, ADMIN_KEY, PORT: port };
    return host.open(id, { kind: 'api', env, logFile: path.join(testFolder('api'), 'log') });
  };
  const answers = async (port: number | undefined) => (await fetch(`http://127.0.0.1:${port}/healthz`)).ok;

  it('closes one shop while another one answers, and says which setting is wrong', async () => {
    const [one, other] = await Promise.all([openApi('one', shops[0]), openApi('other', shops[1])]);
    expect([await answers(one.port), await answers(other.port)]).toEqual([true, true]);
    expect(await host.close('one')).toEqual({});
    await expect(answers(one.port)).rejects.toThrow();
    expect(await answers(other.port)).toBe(true);
    expect((await openApi('wrong', shops[0], '99999')).error).toContain('PORT is above 65535');
    expect(await answers(other.port)).toBe(true);
  });

  it('names each open shop if it dies, and starts again', async () => {
    await openApi('one', shops[0]);
    const gone = once(host.child!, 'exit');
    host.child!.kill('SIGKILL');
    await gone;
    expect((await host.close('one')).error).toContain(`api of ${shops[0].namespace}: the shop host ended with SIGKILL`);
    expect((await host.close('other')).error).toContain(`api of ${shops[1].namespace}`);
    const { port } = await openApi('again', shops[0]);
    expect(await answers(port)).toBe(true);
  });
});
