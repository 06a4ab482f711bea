import { connectPostgres, type Pool } from '../../src/platform/postgres';
import type { GraphqlClient } from './graphql-client';
import { startApi, startWorker, type ShopProcess } from './processes';
import { testNamespace, type TestNamespace } from './shop';

type Api = Awaited<ReturnType<typeof startApi>>;

/** A shop with an API process and a worker, which run during the tests of a file or of a `describe`. */
export class RunningShop implements TestNamespace {
  private started?: { readonly shop: TestNamespace; readonly api: Api; readonly worker: ShopProcess | null };
  private connected?: Pool;

  /** @param env the settings of both processes @param hasWorker whether there is a worker */
  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly hasWorker: boolean,
  ) {}

  async open(): Promise<void> {
    const shop = await testNamespace();
    const worker = this.hasWorker ? startWorker(shop, this.env) : null;
    this.started = { shop, worker, api: await startApi(shop, this.env) };
  }

  /** Stops both processes. @throws if one of them does not end with exit code 0 */
  async drop(): Promise<void> {
    const { shop, api, worker } = this.running;
    await api.client.close();
    const codes = await Promise.all([api.stop(), worker?.stop()]);
    await this.connected?.end();
    await shop.drop();
    expect(codes).toEqual([0, worker === null ? undefined : 0]);
  }

  private get running() {
    if (this.started === undefined) throw new Error('The shop has not started.');
    return this.started;
  }

  get api(): Api {
    return this.running.api;
  }

  /** A client with the admin key. */
  get client(): GraphqlClient {
    return this.api.client;
  }

  /** Connections to the tables of the shop. */
  get pool(): Pool {
    return (this.connected ??= connectPostgres(this.databaseUrl, this.namespace, { max: 4 }));
  }

  get namespace(): string {
    return this.running.shop.namespace;
  }

  get databaseUrl(): string {
    return this.running.shop.databaseUrl;
  }

  get redisUrl(): string {
    return this.running.shop.redisUrl;
  }
}

/** Starts a shop before the tests, and stops it after them. See {@link RunningShop}. */
export function runningShop(env: NodeJS.ProcessEnv = {}, hasWorker = true): RunningShop {
  const shop = new RunningShop(env, hasWorker);
  beforeAll(() => shop.open());
  afterAll(() => shop.drop());
  return shop;
}
