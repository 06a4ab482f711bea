/**
 * A shop under faults: private services, any number of real API and worker processes, and a record of the events that
 * it must not lose.
 */
import { UPSERT } from '../../setup/operations';
import { startApiProcess, startNaiveWorker, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { caughtUp } from '../../setup/caught-up';
import { NaiveCounts } from '../../setup/naive-counts';
import type { GraphqlClient } from '../../setup/graphql-client';
import type { SentEvent } from '../../setup/recount';
import { until } from '../../setup/until';
import { PRODUCTS, product } from './events';
import { LiveProbe } from './live-probe';
import { Load } from './load';
import { MortalServices } from './services';

export interface ApiProcess extends OwnProcess {
  readonly port: number;
  readonly client: GraphqlClient;
}

export interface FaultShopOptions {
  readonly apis: number;
  readonly workers: number;
  /** Events a second. */
  readonly rate: number;
  /** Puts PostgreSQL on a separate file system. */
  readonly diskMiB?: number;
  /** Makes the workers also count outside their transactions. */
  readonly naive?: boolean;
  /** Number of accepted events above which the API processes refuse events; their default otherwise. */
  readonly inboxMaxEvents?: number;
}

const AT_WORK = `SELECT id FROM inbox WHERE state = 'WORKING' AND done_at IS NULL`;
/** While the counter is held for this time, batches accumulate before a worker is stopped. */
const HELD_MS = 100;
/** No batch takes this long unless its worker is stopped. */
const STUCK_MS = 300;
const MID_BATCH_MS = 20_000;
const LEARNING = '"msg":"learning"';

export class FaultShop {
  readonly apis: ApiProcess[] = [];
  readonly workers: OwnProcess[] = [];
  readonly probes: LiveProbe[] = [];
  readonly load: Load;
  /** Events that were sent by anything but the load and the probes. */
  readonly others: { readonly sent: SentEvent[]; readonly acknowledged: SentEvent[] } = { sent: [], acknowledged: [] };
  private readonly clients = new Map<ApiProcess, LiveProbe>();

  private constructor(
    readonly services: MortalServices,
    private readonly options: FaultShopOptions,
    /** The counts that its workers also write outside their transactions. */
    readonly naive: NaiveCounts | undefined,
  ) {
    this.load = new Load(() => this.apis.map(({ client }) => client), options.rate);
  }

  static async open(options: FaultShopOptions): Promise<FaultShop> {
    const services = await MortalServices.start(options.diskMiB);
    const naive = options.naive ? await NaiveCounts.create(services.pool) : undefined;
    const shop = new FaultShop(services, options, naive);
    for (let n = 0; n < options.workers; n++) shop.addWorker();
    await Promise.all(Array.from({ length: options.apis }, () => shop.addApi()));
    const products = [...Array(PRODUCTS).keys()].map((n) => ({ id: product(n), title: product(n) }));
    await shop.apis[0].client.data(UPSERT, { products });
    await until(
      () => shop.workers.some((worker) => worker.log().includes(LEARNING)),
      (learning) => learning,
    );
    for (const api of shop.apis) await shop.addProbe(api);
    return shop;
  }

  addWorker(): OwnProcess {
    const worker = (this.naive ? startNaiveWorker : startWorkerProcess)(this.services.shop);
    this.workers.push(worker);
    return worker;
  }

  async addApi(): Promise<ApiProcess> {
    const { inboxMaxEvents } = this.options;
    const settings = inboxMaxEvents === undefined ? {} : { INBOX_MAX_EVENTS: String(inboxMaxEvents) };
    const api = await startApiProcess(this.services.shop, settings);
    this.apis.push(api);
    return api;
  }

  async addProbe(api: ApiProcess): Promise<LiveProbe> {
    const probe = new LiveProbe(api.client.as(api.client.credentials));
    await probe.start();
    this.probes.push(probe);
    this.clients.set(api, probe);
    return probe;
  }

  /** The probes at the running API processes. */
  get living(): LiveProbe[] {
    return this.apis.flatMap((api) => this.clients.get(api) ?? []);
  }

  /** The worker whose learner has the lease, according to the worker's log. */
  learning(): OwnProcess {
    const times = this.workers.map((worker) => {
      const [last] = worker
        .log()
        .split('\n')
        .filter((line) => line.includes(LEARNING))
        .slice(-1);
      return last === undefined ? 0 : Number(/"time":(\d+)/.exec(last)?.[1]);
    });
    return this.workers[times.indexOf(Math.max(...times))];
  }

  /** Returns how often the learner lease has changed hands. */
  learnerToken(): Promise<number> {
    return this.services.count(`SELECT token FROM leases WHERE name = 'learner'`);
  }

  /** Stops all workers for a while. */
  async pauseWorkers(forMs: number): Promise<void> {
    const { workers } = this;
    for (const { child } of workers) child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, forMs));
    for (const { child } of workers) child.kill('SIGCONT');
  }

  async killWorker(worker: OwnProcess): Promise<void> {
    this.workers.splice(this.workers.indexOf(worker), 1);
    await worker.kill();
  }

  /**
   * Sends SIGKILL to a worker in the middle of a batch: the worker is stopped, and killed if batches then remain
   * unfinished; otherwise it is resumed. The log's position counter is held in the meantime, so that batches last long
   * enough.
   * @returns the number of batches that the worker had started or blocked
   */
  async killInMidBatch(worker: OwnProcess): Promise<number> {
    const giveUpAt = Date.now() + MID_BATCH_MS;
    while (Date.now() < giveUpAt) {
      await this.services.holdingCounter(HELD_MS, () => worker.child.kill('SIGSTOP'));
      const before = await this.services.ids(AT_WORK);
      await new Promise((resolve) => setTimeout(resolve, STUCK_MS));
      const after = await this.services.ids(AT_WORK);
      const stuck = before.filter((id) => after.includes(id)).length;
      if (stuck > 0) {
        await this.killWorker(worker);
        return stuck;
      }
      worker.child.kill('SIGCONT');
      await new Promise((resolve) => setTimeout(resolve, 50 * Math.random()));
    }
    throw new Error('the worker was never stopped in the middle of a batch');
  }

  async killApi(api: ApiProcess): Promise<void> {
    this.apis.splice(this.apis.indexOf(api), 1);
    await api.kill();
    await this.clients.get(api)?.close();
  }

  /** Every event that was sent, acknowledged or not. */
  get sent(): SentEvent[] {
    return [...this.load.acknowledged, ...this.probes.flatMap(({ sent }) => sent), ...this.others.sent];
  }

  get acknowledged(): SentEvent[] {
    const probed = this.probes.flatMap(({ acknowledged }) => acknowledged);
    return [...this.load.acknowledged, ...probed, ...this.others.acknowledged];
  }

  /** Waits until every batch is in the log and every API process has learned all of it. */
  async settle(boundMs = 60_000): Promise<void> {
    await caughtUp(this.services.pool, ['inbox'], boundMs);
    await Promise.all(this.living.map((probe) => probe.learnsAgain()));
  }

  async close(): Promise<void> {
    await Promise.all(this.probes.map((probe) => probe.close()));
    await Promise.all([...this.apis, ...this.workers].map((process) => process.stop()));
    await this.services.stop();
  }
}
