import { rmSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { readAdTokenKeys } from '../../../src/ads/billing/billing.store';
import { Billing } from '../../../src/ads/billing/billing.service';
import { AD_OUTCOMES } from '../../../src/ads/billing/judge-ad-events';
import { fromMillionths } from '../../../src/ads/millionths';
import type { RunningService } from '../../../src/local-services/embedded-postgres';
import { startRedis } from '../../../src/local-services/private-redis';
import { waitForExit } from '../../../src/local-services/process-table';
import { connectPostgres, type Pool } from '../../../src/platform/postgres';
import {
  misassignedEntries,
  overspendOf,
  readAdLog,
  readBilledTables,
  readLedger,
  recountLedger,
  wrongSums,
} from '../../setup/ad-ledger';
import { CAMPAIGN, defineAds, eur, type CampaignAnswer } from '../../setup/ad-operations';
import { AdVisitors, type AdApi, type SealedLineItem } from '../../setup/ad-visitors';
import { buildBillingGates, closeBillingGate, type BillingGatePoint } from '../../setup/billing-gates';
import { caughtUp } from '../../setup/caught-up';
import { itIsExact } from '../../setup/final-failure';
import { CREATE_KEY, UPSERT, type CreateKeyAnswer } from '../../setup/operations';
import { ADMIN_KEY, startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testFolder, testNamespace, type TestNamespace } from '../../setup/shop';
import { until } from '../../setup/until';

const REDIS_BINARIES = [path.resolve(__dirname, '../../../node_modules/.freshet/redis')];
const ENV = { RATE_LIMIT: '0' };
const VISITORS = 5;
const WORKERS = 2;
const WORKER_KILLS = 3;
/** Events of ads that the shop must acknowledge while Redis is away. */
const WITHOUT_REDIS = 20;
/** Events of a batch when the ledger is computed again by two processes. */
const SMALL_BATCH = 25;
const placement = 'search-results';
const PRODUCTS = Array.from({ length: 12 }, (_, index) => ({
  id: `kettle-${index + 1}`,
  title: `${['Red', 'Blue', 'Green'][index % 3]} kettle ${index + 1}`,
  categories: ['Kitchen > Kettles'],
  price: eur(`${10 + index}.00`),
  stock: 5,
}));

/** Budgets in EUR. Some end after a few clicks. */
const CAMPAIGNS = [
  { id: 'wide', bidKind: 'CPC', bid: '0.40', total: '500.00', daily: null, timeZone: 'Europe/Berlin' },
  { id: 'daily', bidKind: 'CPC', bid: '0.50', total: '500.00', daily: '4.00', timeZone: 'Pacific/Auckland' },
  { id: 'small', bidKind: 'CPC', bid: '0.60', total: '2.00', daily: null, timeZone: 'America/New_York' },
  { id: 'mille', bidKind: 'CPM', bid: '9.50', total: '50.00', daily: '40.00', timeZone: 'UTC' },
  { id: 'short', bidKind: 'CPM', bid: '0.10', total: '0.15', daily: '0.12', timeZone: 'Europe/Berlin' },
] as const;

describe('the ledger of ads while workers, API processes and Redis are killed', () => {
  let shop: TestNamespace;
  let redis: RunningService;
  let redisFolder: string;
  let pool: Pool;
  let visitors: AdVisitors;
  let workers: OwnProcess[] = [];
  const apis: AdApi[] = [];
  const killed = new Set<AdApi>();
  const struck = {
    /** The positions that billing had stored before the worker was killed and after its transaction had ended. */
    billing: [] as { point: BillingGatePoint; before: number; after: number }[],
    workers: [] as (NodeJS.Signals | null)[],
    redisKeys: 0,
    acknowledgedWithoutRedis: 0,
    isRedisMarkGone: false,
    budgetChanges: 0,
    refusedBudgets: 0,
  };

  const startWorkers = () => (workers = Array.from({ length: WORKERS }, () => startWorkerProcess(shop, ENV)));
  const number = async (sql: string) => (await pool.query<{ n: number }>(`SELECT (${sql})::float8 AS n`)).rows[0].n;
  const billed = () => number("SELECT position FROM followers WHERE name = 'ad-billing'");
  const askRedis = async <T>(work: (client: Redis) => Promise<T>) => {
    const client = new Redis(redis.url);
    try {
      return await work(client);
    } finally {
      client.disconnect();
    }
  };
  const openRedis = () => startRedis(redisFolder, { binaryFolders: REDIS_BINARIES });

  async function define(): Promise<void> {
    const { client } = apis[0];
    await client.data(UPSERT, { products: PRODUCTS });
    const receipt = await defineAds(client, [
      ...CAMPAIGNS.map(({ id }) => ['upsertAdvertiser', { id, name: `Advertiser ${id}` }] as const),
      [
        'upsertAdPlacement',
        { id: placement, slots: 3, currency: 'EUR', reserveCpc: eur('0.05'), explorationShare: 0.3 },
      ],
      ...CAMPAIGNS.flatMap(({ id, total, daily, timeZone, bid, bidKind }, index) => [
        [
          'createCampaign',
          {
            ...{ id, advertiserId: id, name: id, timeZone, totalBudget: eur(total) },
            dailyBudget: daily === null ? null : eur(daily),
          },
        ] as const,
        [
          'upsertLineItem',
          {
            ...{ id: `${id}-1`, campaignId: id, bidKind, bid: eur(bid), placements: [placement] },
            productIds: [productOf(index), 'kettle-11'],
            frequencyCap: id === 'daily' ? 2 : null,
          },
        ] as const,
      ]),
    ]);
    await client.data(`query ($input: SearchInput!) { search(input: $input) { totalCount } }`, {
      input: { query: 'kettle', awaitReceipt: receipt },
    });
  }

  async function readLineItems(): Promise<SealedLineItem[]> {
    const { rows } = await pool.query<SealedLineItem & { campaign: string }>(
      `SELECT (record->>'number')::int AS number, record->>'bidKind' AS "bidKind", parent_id AS campaign,
         record->'productIds'->>0 AS "productId"
       FROM ad_objects WHERE kind = 'LINE_ITEM' ORDER BY id`,
    );
    return rows;
  }

  /** Kills the workers while one of them holds the lock of the ledger, in the middle of its transaction. */
  async function killInBilling(point: BillingGatePoint): Promise<void> {
    const gate = await closeBillingGate(pool, point);
    await until(
      () => gate.waiting(),
      (pids) => pids.length > 0,
    );
    const before = await billed();
    await Promise.all(workers.map((worker) => worker.kill()));
    struck.workers.push(...workers.map(({ child }) => child.signalCode));
    await gate.open();
    struck.billing.push({ point, before, after: await billed() });
    startWorkers();
  }

  async function killOneWorker(kill: number): Promise<void> {
    const position = await billed();
    await until(billed, (now) => now > position);
    const victim = workers[kill % WORKERS];
    await victim.kill();
    struck.workers.push(victim.child.signalCode);
    workers[kill % WORKERS] = startWorkerProcess(shop, ENV);
  }

  /** Kills API processes in turn until one of them leaves requests without a response. */
  async function killApi(): Promise<void> {
    for (let slot = 0; visitors.brokenRequests === 0; slot = 1 - slot) {
      const victim = apis[slot];
      await until(
        () => visitors.inFlightAt(victim),
        (requests) => requests >= 2,
      );
      killed.add(victim);
      await victim.kill();
      apis[slot] = await startApiProcess(shop, ENV);
    }
  }

  /** Kills Redis, and starts it without its file once visitors have got on without it. */
  async function killRedis(): Promise<void> {
    // A worker that starts without Redis ends, and leaves it to its supervisor to start it again.
    for (const worker of workers) await until(worker.log, (log) => log.includes('"msg":"worker started"'));
    struck.redisKeys = await askRedis(async (client) => {
      await client.set('mark', 'was here');
      return client.dbsize();
    });
    process.kill(redis.pid, 'SIGKILL');
    await waitForExit(redis.pid, 10_000);
    const before = visitors.acknowledged.size;
    await until(
      () => visitors.acknowledged.size,
      (size) => size >= before + WITHOUT_REDIS,
    );
    struck.acknowledgedWithoutRedis = visitors.acknowledged.size - before;
    rmSync(path.join(redisFolder, 'appendonlydir'), { recursive: true, force: true });
    redis = await openRedis();
    struck.isRedisMarkGone = (await askRedis((client) => client.exists('mark'))) === 0;
  }

  /** Raises and lowers budgets, in turn, while the load runs. */
  async function changeBudgets(isOver: () => boolean): Promise<void> {
    const budgets = new Map(CAMPAIGNS.map(({ id, total, daily }) => [id, { total: Number(total), daily }]));
    for (let change = 0; !isOver(); change++) {
      const { id } = CAMPAIGNS[change % CAMPAIGNS.length];
      const budget = budgets.get(id)!;
      const isLowered = change % 3 === 2;
      const spent = (await number(`SELECT coalesce(sum(spend), 0) FROM ad_spend WHERE campaign_id = '${id}'`)) / 1e6;
      // As low as it can be, or lower than that if clicks are charged meanwhile.
      const total = isLowered ? Math.max(spent + 0.005, 0.61) : budget.total * 1.2;
      const daily = budget.daily === null ? null : Math.min(total, Number(budget.daily) * (1 + (change % 4) / 10));
      const input = {
        ...{ id, totalBudget: eur(total.toFixed(6)) },
        dailyBudget: daily === null ? null : eur(daily.toFixed(6)),
      };
      const { updateCampaign } = await visitors.request<{ updateCampaign: { userErrors: object[] } }>(
        { apiKey: ADMIN_KEY },
        `mutation ($input: UpdateCampaignInput!) { updateCampaign(input: $input) { userErrors { code message } } }`,
        { input },
      );
      if (updateCampaign.userErrors.length > 0) struck.refusedBudgets++;
      else {
        struck.budgetChanges++;
        budget.total = total;
      }
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
  }

  beforeAll(async () => {
    redisFolder = path.join(testFolder('ads-redis'), 'redis');
    redis = await openRedis();
    shop = { ...(await testNamespace()), redisUrl: redis.url };
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 6 });
    await buildBillingGates(pool);
    startWorkers();
    apis.push(...(await Promise.all([startApiProcess(shop, ENV), startApiProcess(shop, ENV)])));
    const keyOf = async (scope: string) =>
      (await apis[0].client.data<CreateKeyAnswer>(CREATE_KEY, { input: { scope, name: scope } })).createApiKey.secret;
    const [storefrontKey, serverKey] = [await keyOf('STOREFRONT'), await keyOf('SERVER')];
    await define();
    visitors = new AdVisitors({
      ...{ apis, killed, storefrontKey, serverKey, placement, queries: ['kettle', 'red kettle', 'blue kettle'] },
      ...{ keys: await readAdTokenKeys(pool), lineItems: await readLineItems() },
    });
    const looked = await visitors.lookAround(25);

    let isOver = false;
    const load = Promise.all([visitors.run(VISITORS), visitors.clickAll(looked), changeBudgets(() => isOver)]);
    const faults = async () => {
      for (const point of ['SUMS', 'COMMIT', 'SUMS', 'COMMIT'] as const) await killInBilling(point);
      await killApi();
      for (let kill = 0; kill < WORKER_KILLS; kill++) await killOneWorker(kill);
      await killRedis();
      await killInBilling('SUMS');
    };
    try {
      await Promise.race([faults(), load]);
    } finally {
      isOver = true;
      visitors.end();
    }
    await load;
    await caughtUp(pool, ['inbox', 'merges']);
    await until(
      async () => (await number('SELECT position FROM log_position')) - (await billed()),
      (behind) => behind === 0,
    );
    await Promise.all(workers.map((worker) => worker.stop()));
  });

  afterAll(async () => {
    const running = [...apis, ...workers].filter(({ child }) => child.exitCode === null && child.signalCode === null);
    await Promise.all(running.map((process) => process.stop()));
    await pool.end();
    await redis.stop();
    await shop.drop();
  });

  it('was struck by each fault', () => {
    expect(struck.billing.map(({ point }) => point)).toEqual(['SUMS', 'COMMIT', 'SUMS', 'COMMIT', 'SUMS']);
    // A transaction that was interrupted is rolled back as a whole. One whose COMMIT was sent takes effect as a whole.
    for (const { point, before, after } of struck.billing)
      if (point === 'SUMS') expect(after).toBe(before);
      else expect(after).toBeGreaterThan(before);
    expect(struck.workers).toEqual(Array(WORKERS * 5 + WORKER_KILLS).fill('SIGKILL'));
    expect(killed.size).toBeGreaterThan(0);
    expect(visitors.brokenRequests).toBeGreaterThan(0);
    expect(struck.redisKeys).toBeGreaterThan(1);
    expect(struck.isRedisMarkGone).toBe(true);
    expect(struck.acknowledgedWithoutRedis).toBeGreaterThanOrEqual(WITHOUT_REDIS);
    expect(struck.budgetChanges).toBeGreaterThan(5);
    expect(visitors.merges).toBeGreaterThan(5);
    expect(visitors.shownAds).toBeGreaterThan(50);
  });

  itIsExact('equals an independent recount of the log', async () => {
    const log = await readAdLog(pool);
    const ledger = await readLedger(pool);
    const counted = ledger.map(({ position, sequence, outcome, charged }) => ({
      position,
      sequence,
      outcome,
      charged,
    }));
    expect(counted).toEqual(await recountLedger(pool, log));
    expect(misassignedEntries(ledger, log)).toEqual([]);
    expect(await wrongSums(pool)).toEqual([]);
    // No outcome is missing, so that each of them was compared.
    expect([...new Set(ledger.map(({ outcome }) => outcome))].sort()).toEqual([...AD_OUTCOMES].sort());
  });

  itIsExact('has each acknowledged event once, with the outcome that it must have', async () => {
    const { events } = await readAdLog(pool);
    const outcomes = new Map((await readLedger(pool)).map((entry) => [keyOfEntry(entry), entry.outcome]));
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    const outcomeOf = new Map(events.map((event) => [event.id, outcomes.get(keyOfEntry(event))]));
    const honest = ['CHARGED', 'FREE', 'COUNTED', 'REPEATED', 'DUPLICATE', 'CAPPED', 'BURST'];
    const wrong = [...visitors.acknowledged].filter(([id, expected]) => {
      const outcome = outcomeOf.get(id);
      if (expected === 'DROPPED') return outcome !== undefined;
      return expected === 'HONEST' ? !honest.includes(outcome ?? '') : outcome !== expected;
    });
    expect(wrong.map(([id, expected]) => ({ id, expected, outcome: outcomeOf.get(id) }))).toEqual([]);
    expect(visitors.acknowledged.size).toBeGreaterThan(500);
  });

  itIsExact('has spent nothing beyond the budgets of each position, and reports what it has charged', async () => {
    const { budgets } = await readAdLog(pool);
    const ledger = await readLedger(pool);
    expect(overspendOf(ledger, budgets)).toEqual([]);
    for (const { id } of CAMPAIGNS) {
      const charged = ledger.filter(({ campaign }) => campaign === id).reduce((sum, entry) => sum + entry.charged, 0);
      const { campaign } = await apis[1].client.data<CampaignAnswer>(CAMPAIGN, { id });
      expect(campaign.figures.spend.amount).toBe(fromMillionths(charged));
      expect(charged).toBeGreaterThan(0);
    }
    // A budget that cannot be exceeded proves nothing.
    expect(
      overspendOf(
        ledger,
        budgets.map((budget) => ({ ...budget, totalBudget: budget.totalBudget / 10 })),
      ),
    ).not.toEqual([]);
  });

  itIsExact('is the same when it is computed again from the log', async () => {
    const before = await readBilledTables(pool);
    const billing = new Billing(pool);
    await billing.reset();
    expect(await number('SELECT count(*) FROM ad_ledger')).toBe(0);
    while ((await billing.advance()) !== null);
    expect(await readBilledTables(pool)).toEqual(before);
  });

  itIsExact('is the same when two processes compute it again at the same time', async () => {
    const before = await readBilledTables(pool);
    const both = [new Billing(pool, SMALL_BATCH), new Billing(pool, SMALL_BATCH)];
    await both[0].reset();
    const steps = await Promise.all(
      both.map(async (billing) => {
        let count = 0;
        while ((await billing.advance()) !== null) count++;
        return count;
      }),
    );
    expect(Math.min(...steps)).toBeGreaterThan(3);
    expect(await readBilledTables(pool)).toEqual(before);
  });

  itIsExact('would differ if an entry were lost, charged twice or judged differently', async () => {
    const expected = await recountLedger(pool, await readAdLog(pool));
    const changes = [
      `DELETE FROM ad_ledger WHERE (position, sequence) = (SELECT position, sequence FROM ad_ledger WHERE charged > 0 LIMIT 1)`,
      `UPDATE ad_ledger SET charged = charged + 1 WHERE (position, sequence) = (SELECT position, sequence FROM ad_ledger WHERE charged > 0 LIMIT 1)`,
    ];
    for (const change of changes) {
      await pool.query(change);
      const entries = await readLedger(pool);
      const counted = entries.map(({ position, sequence, outcome, charged }) => ({
        ...{ position, sequence, outcome, charged },
      }));
      expect(counted).not.toEqual(expected);
      expect(await wrongSums(pool)).not.toEqual([]);
    }
  });
});

/** The product of a campaign, and another one that all share. */
function productOf(campaign: number): string {
  return `kettle-${campaign + 1}`;
}

function keyOfEntry({ position, sequence }: { readonly position: number; readonly sequence: number }): string {
  return `${position}/${sequence}`;
}
