import type { OwnProcess } from '../../setup/processes';
import { until } from '../../setup/until';
import type { FaultShop } from './fault-shop';
import type { SmallDisk } from './small-disk';

/** The time that a supervisor needs to notice a crash and restart the process. */
const RESTART_MS = 1_000;
const GONE_MS = 2_000;
const LONG_PAUSE_MS = 3_000;
/** Longer than the time limit of a statement. */
const HANG_MS = 8_000;
/** A key that every Redis has unless its data was deleted. */
const MARK = 'chaos:mark';

/** Called after recovery: describes the evidence that the fault has occurred. @throws Error if it has not */
type Proof = () => Promise<string>;

export interface Fault {
  readonly name: string;
  readonly promise: string;
  /** Why the fault cannot be caused on this machine. */
  readonly obstacle?: (shop: FaultShop) => string | undefined;
  /**
   * Causes the fault. When the promise resolves, restarted or resumed processes run again: recovery is timed from then
   * on.
   */
  readonly strike: (shop: FaultShop) => Promise<Proof>;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const struck = (condition: boolean, proof: string): Proof => {
  return async () => {
    if (!condition) throw new Error(`the fault has not occurred: ${proof}`);
    return proof;
  };
};

const gone = ({ child }: OwnProcess): Proof => struck(child.signalCode === 'SIGKILL', `process ${child.pid} gone`);

/** Waits until the lease has changed hands. */
function handedOver(shop: FaultShop, before: number): Proof {
  return async () => {
    const token = await until(
      () => shop.learnerToken(),
      (now) => now > before,
    );
    return `fencing token ${before} → ${token}`;
  };
}

const IN_LOG = 'acknowledged is in the log';
const STILL_TAKEN = 'events are acknowledged all the while';

const noDisk = ({ services: { disk } }: FaultShop) => (typeof disk === 'string' ? disk : undefined);

function diskOf({ services: { disk } }: FaultShop): SmallDisk {
  if (typeof disk === 'string') throw new Error(disk);
  return disk;
}

const refusals = (shop: FaultShop) => shop.load.failures.get('UNAVAILABLE') ?? 0;

/** The faults run one by one, in this order, while the load continues. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'worker SIGKILL',
    promise: `${IN_LOG}; others take over`,
    strike: async (shop) => {
      const victim = shop.workers.find((worker) => worker !== shop.learning());
      if (!victim) throw new Error('there is one worker only');
      const begun = await shop.killInMidBatch(victim);
      shop.addWorker();
      return struck(begun > 0, `process ${victim.child.pid} gone, batches stuck: ${begun}`);
    },
  },
  {
    name: 'learner’s worker SIGKILL',
    promise: 'another learns on from the checkpoint',
    strike: async (shop) => {
      const before = await shop.learnerToken();
      const victim = shop.learning();
      const begun = await shop.killInMidBatch(victim);
      shop.addWorker();
      const proof = handedOver(shop, before);
      return async () => `${await proof()}, batches stuck: ${begun}`;
    },
  },
  {
    name: 'API SIGKILL, restart',
    promise: `${IN_LOG}; the others answer`,
    strike: async (shop) => {
      const [victim] = shop.apis;
      await shop.killApi(victim);
      await sleep(RESTART_MS);
      await shop.addProbe(await shop.addApi());
      return gone(victim);
    },
  },
  {
    name: 'Redis SIGKILL, restart',
    promise: STILL_TAKEN,
    strike: async ({ services }) => {
      const before = services.redisPid;
      const ended = await services.killRedis();
      await sleep(GONE_MS);
      await services.reviveRedis();
      return struck(ended, `process ${before} gone`);
    },
  },
  {
    name: 'Redis SIGKILL, its data deleted, restart',
    promise: `${STILL_TAKEN}; queues are rebuilt`,
    strike: async ({ services }) => {
      const keys = await services.askRedis(async (redis) => {
        await redis.set(MARK, 'was here');
        return redis.dbsize();
      });
      await services.killRedis();
      services.forgetRedisData();
      await sleep(GONE_MS);
      await services.reviveRedis();
      const left = await services.askRedis((redis) => redis.exists(MARK));
      return struck(keys > 1 && left === 0, `${keys} keys gone`);
    },
  },
  {
    name: 'Redis full',
    promise: STILL_TAKEN,
    strike: ({ services }) =>
      services.askRedis(async (redis) => {
        await redis.config('SET', 'maxmemory', '1');
        const refused = await redis.set('one-more', '1').catch((error: Error) => error.message);
        await sleep(GONE_MS);
        await redis.config('SET', 'maxmemory', '0');
        return struck(refused?.includes('OOM') ?? false, 'a write was refused: OOM');
      }),
  },
  {
    name: 'Redis stopped',
    promise: `${STILL_TAKEN}; no request waits for it`,
    strike: async ({ services }) => {
      services.pauseRedis();
      const silent = await services
        .askRedis((redis) => redis.ping())
        .then(
          () => false,
          () => true,
        );
      await sleep(LONG_PAUSE_MS);
      services.resumeRedis();
      return struck(silent, 'a PING went unanswered');
    },
  },
  {
    name: 'PostgreSQL connections cut',
    promise: 'refused with a code, or nothing noticed',
    strike: async ({ services }) => {
      const cut = await services.cutConnections();
      return struck(cut > 0, `${cut} connections ended`);
    },
  },
  {
    name: 'PostgreSQL crash, restart',
    promise: `refused with UNAVAILABLE meanwhile; ${IN_LOG}`,
    strike: async ({ services }) => {
      const ended = await services.crashPostgres();
      await sleep(GONE_MS);
      await services.revivePostgres();
      return struck(ended && services.postgresLog().includes('not properly shut down'), 'it recovered from its log');
    },
  },
  {
    name: 'PostgreSQL hung',
    promise: `refused with UNAVAILABLE within ten seconds; ${IN_LOG}`,
    strike: async (shop) => {
      const before = refusals(shop);
      const stopped = shop.services.hangPostgres();
      await sleep(HANG_MS);
      const refused = refusals(shop) - before;
      shop.services.wakePostgres();
      return struck(refused > 0, `${stopped} processes stopped, ${refused} requests refused`);
    },
  },
  {
    name: 'PostgreSQL’s disk full',
    promise: `refused with UNAVAILABLE meanwhile; ${IN_LOG}`,
    obstacle: noDisk,
    strike: async (shop) => {
      const before = refusals(shop);
      const left = diskOf(shop).fill();
      // PostgreSQL first uses up the free space in pages that it has already written.
      await until(
        () => refusals(shop),
        (now) => now > before,
      );
      await sleep(LONG_PAUSE_MS);
      const refused = refusals(shop) - before;
      diskOf(shop).empty();
      if (!shop.services.postgresRuns) await shop.services.revivePostgres();
      return struck(left === 0 && refused > 0, `${left} bytes left, ${refused} requests refused`);
    },
  },
  {
    name: 'PostgreSQL’s disk full, its log can’t be written; restart',
    promise: `refused with UNAVAILABLE meanwhile; ${IN_LOG}`,
    obstacle: noDisk,
    strike: async (shop) => {
      diskOf(shop).fill();
      const crashed = await shop.services.useUpLog();
      await sleep(GONE_MS);
      const ended = !shop.services.postgresRuns;
      diskOf(shop).empty();
      if (ended) await shop.services.revivePostgres();
      await shop.services.postgresAnswers();
      return struck(crashed, ended ? 'it crashed, and ended itself' : 'it crashed, and came back by itself');
    },
  },
  {
    name: 'learner’s worker stopped beyond its lease, woken',
    promise: 'its fencing token makes it harmless',
    strike: async (shop) => {
      const before = await shop.learnerToken();
      const sleeper = shop.learning();
      sleeper.child.kill('SIGSTOP');
      return async () => {
        const proof = await handedOver(shop, before)();
        sleeper.child.kill('SIGCONT');
        await until(
          () => sleeper.log(),
          (log) => /"lease":"learner"[^\n]*"lease lost"|another learner has taken over/.test(log),
        );
        return `${proof}, and it says so`;
      };
    },
  },
];
