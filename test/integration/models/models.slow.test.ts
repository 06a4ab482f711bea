import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import type { Pool } from 'pg';
import pino from 'pino';
import { EventColumns } from '../../../src/events/event-columns';
import { readEventsByTime } from '../../../src/events/customer-sample.store';
import { type Fitter, modelOf } from '../../../src/models/fitter';
import { JobStore } from '../../../src/models/job.store';
import { attemptJob, runRefresh } from '../../../src/models/run-refresh';
import { ArtefactStore } from '../../../src/platform/artefacts';
import { connectPostgres } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { rankerEvidence } from '../../../src/recommend/training/ranker-evidence';
import { collectExamples } from '../../../src/recommend/training/ranker-examples';
import { PointInTimeReplay } from '../../../src/live-state/replay/point-in-time-replay';
import { SIGNAL_EVENT_TYPES } from '../../../src/live-state/signals';
import { decodeRanker, encodeRanker } from '../../../src/recommend/artefact/ranker-artefact';
import { RankerModel } from '../../../src/recommend/artefact/ranker-model';
import { rankerFitter } from '../../../src/recommend/training/ranker-fitter';
import { SHOP } from '../../../src/shop';
import { CREATE_KEY, LIST, type CreateKeyAnswer, type ListAnswer } from '../../setup/operations';
import type { GraphqlClient } from '../../setup/graphql-client';
import { startApiProcess, startWorkerProcess, type OwnProcess } from '../../setup/processes';
import { testNamespace, type TestNamespace } from '../../setup/shop';
import { fillTasteShop } from '../../setup/taste-shop';
import { until } from '../../setup/until';
import { countLaunch } from '../../setup/count-launch';

const VERSION =
  'id number active pinned verdict reasons parent position dataHash seed parameters figures bytes promotedAt';
const MODEL = `{ model(kind: BLEND) { active { ${VERSION} } job { id state } versions(first: 10) { nodes { ${VERSION} } } } }`;
const REFRESH = 'mutation { refreshModel(input: { kind: BLEND }) { job { id state reason } errors { code } } }';
const JOB = `query($id: ID!) { job(id: $id) { state progress stage attempts error endedAt version { ${VERSION} } } }`;
const PROGRESS = 'subscription($id: ID!) { jobProgress(id: $id) { state progress stage version { number verdict } } }';
const UPDATED = 'subscription { modelUpdated(kind: BLEND) { active { number pinned } } }';
const PROMOTE = `mutation($id: ID!, $pin: Boolean!) {
  promoteModel(input: { versionId: $id, pin: $pin }) { version { number pinned } errors { code message path } } }`;
const ROLL_BACK = `mutation { rollbackModel(input: { kind: BLEND }) { version { id number pinned } errors { code message path } } }`;

interface Version {
  readonly id: string;
  readonly number: number;
  readonly active: boolean;
  readonly pinned: boolean;
  readonly verdict: string;
  readonly reasons: readonly string[];
  readonly parent: string | null;
  readonly position: string;
  readonly dataHash: string;
  readonly figures: Record<string, number>;
  readonly bytes: number | null;
}
interface Job {
  readonly state: string;
  readonly progress: number;
  readonly stage: string | null;
  readonly attempts: number;
  readonly error: string | null;
  readonly version: Version | null;
}
interface ModelAnswer {
  readonly model: {
    readonly active: Version | null;
    readonly job: { id: string } | null;
    readonly versions: { readonly nodes: readonly Version[] };
  };
}
type Outcome = {
  version: { id: string; number: number; pinned: boolean } | null;
  errors: readonly { code: string; message: string }[];
};

const COMMAND = path.resolve(__dirname, '../../../dist/cli/main.js');
/** A customer with a history. */
const CUSTOMER = 'c-1';
const log = pino({ level: 'silent' });

describe('the life of a model', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let pubSub: RedisPubSub;
  let artefacts: ArtefactStore;
  let apis: Awaited<ReturnType<typeof startApiProcess>>[];
  let worker: OwnProcess;

  const admin = () => apis[0].client;
  const model = async () => (await admin().data<ModelAnswer>(MODEL)).model;
  const refresh = async () =>
    (await admin().data<{ refreshModel: { job: { id: string } } }>(REFRESH)).refreshModel.job.id;
  const job = async (id: string) => (await admin().data<{ job: Job }>(JOB, { id })).job;
  const done = (id: string) =>
    until(
      () => job(id),
      ({ state }) => state === 'DONE' || state === 'FAILED',
    );
  const promote = async (id: string, pin = false) =>
    (await admin().data<{ promoteModel: Outcome }>(PROMOTE, { id, pin })).promoteModel;
  const rollBack = async () => (await admin().data<{ rollbackModel: Outcome }>(ROLL_BACK)).rollbackModel;
  const served = (api: (typeof apis)[0]) => async () => {
    const input = { intent: 'PERSONAL', customerId: 'customer-1' };
    return (await api.client.data<ListAnswer>(LIST, { input })).recommendations.modelVersion;
  };
  /** Waits until both processes serve the version. */
  const bothServe = (id: string) => Promise.all(apis.map((api) => until(served(api), (version) => version === id)));
  /** Prevents that a version is stored. @returns the function that permits it again */
  const holdVersions = async () => {
    const client = await pool.connect();
    await client.query('SET idle_in_transaction_session_timeout = 0');
    await client.query('BEGIN; LOCK TABLE model_versions IN SHARE MODE');
    return async () => {
      await client.query('COMMIT');
      client.release();
    };
  };

  beforeAll(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 3 });
    pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
    artefacts = new ArtefactStore(pool);
    apis = await Promise.all([startApiProcess(shop), startApiProcess(shop)]);
    await fillTasteShop(shop, admin());
  });

  afterAll(async () => {
    await Promise.all([...apis.map((api) => api.stop()), worker.stop()]);
    await pubSub.close();
    await pool.end();
    await shop.drop();
  });

  /**
   * Returns a customer's list as a version ranks it: ids, scores and reasons. Without one, the active version ranks it.
   */
  const rankedBy = async (modelVersion?: string) => {
    const input = { intent: 'PERSONAL', customerId: CUSTOMER, modelVersion };
    const { recommendations } = await admin().data<ListAnswer>(LIST, { input });
    const { edges, ...list } = recommendations;
    return { ...list, ranked: edges.map(({ node, score, reasons }) => ({ id: node.id, score, reasons })) };
  };

  let first: Version;
  let second: Version;

  it('starts with a job that reports its progress to its end, although its worker is killed meanwhile', async () => {
    const id = await refresh();
    // One refresh at a time: requests made meanwhile get the same job.
    expect(await refresh()).toBe(id);
    const seen: { state: string; progress: number; version: { verdict: string } | null }[] = [];
    const watching = (async () => {
      type Progress = { jobProgress: (typeof seen)[0] };
      for await (const { data } of admin().subscribe<Progress>(PROGRESS, { id })) seen.push(data!.jobProgress);
    })();
    // Nothing can be stored meanwhile, so the worker is killed during the refresh, however fast it is.
    const releaseVersions = await holdVersions();
    worker = startWorkerProcess(shop);
    await until(
      () => job(id),
      ({ state, progress }) => state === 'RUNNING' && progress > 0,
    );
    await worker.kill();
    await releaseVersions();
    expect(await job(id)).toMatchObject({ state: 'RUNNING', attempts: 1 });
    worker = startWorkerProcess(shop);
    const ended = await done(id);
    expect(ended).toMatchObject({ state: 'DONE', progress: 1, attempts: 2, error: null });
    await watching;
    expect(seen[0]).toMatchObject({ state: 'QUEUED', progress: 0 });
    expect(seen.at(-1)).toMatchObject({ state: 'DONE', version: { verdict: 'PROMOTED' } });
    expect(seen.some(({ state, progress }) => state === 'RUNNING' && progress > 0 && progress < 1)).toBe(true);
    first = ended.version!;
    expect(first).toMatchObject({
      number: 1,
      active: true,
      pinned: false,
      verdict: 'PROMOTED',
      reasons: [],
      parent: null,
    });
    expect(first.figures['NDCG@10 repeat']).toBeGreaterThan(first.figures['NDCG@10 repeat popularity']);
    await bothServe(first.id);
  });

  it('gives the same bytes for the same data and seed, and stores what it was compared with', async () => {
    const id = await refresh();
    const stages = new Set<string | null>();
    const { version } = await until(
      () => job(id),
      ({ state, progress, stage }) => {
        if (state === 'RUNNING' && progress > 0) stages.add(stage);
        return state === 'DONE';
      },
    );
    // Stages are reported during the job, not when it is done.
    expect(stages.size).toBeGreaterThan(2);
    second = version!;
    expect(second).toMatchObject({ number: 2, verdict: 'PROMOTED', parent: first.id, dataHash: first.dataHash });
    const [a, b] = await Promise.all([first, second].map(({ id }) => artefacts.load(id)));
    expect(Buffer.compare(a, b)).toBe(0);
    await bothServe(second.id);
  });

  it('shows an operator the lists of another version next to the active one, without an effect on others', async () => {
    const { id } = second;
    // Fitted from the same data and read from the store: the same list, once no row of EASE is pending any more.
    const [active] = await until(
      async () => [await rankedBy(), await rankedBy(first.id)],
      ([one, other]) => isDeepStrictEqual(one.ranked, other.ranked) && other.modelVersion === first.id,
    );
    expect(active.modelVersion).toBe(id);
    const unfitted = await rankedBy('rank-fusion');
    expect(unfitted.modelVersion).toBe('rank-fusion');
    expect(unfitted.ranked).not.toEqual(active.ranked);
    expect((await rankedBy()).modelVersion).toBe(id);
    await admin().data('mutation { rollbackModel(input: { kind: BLEND, toNone: true }) { errors { code } } }');
    await bothServe('rank-fusion');
    expect(await rankedBy()).toMatchObject({ modelVersion: 'rank-fusion', ranked: unfitted.ranked });
    await promote(id);
    await bothServe(id);
  });

  it('shows another version to operators only, and names the argument of an unknown version', async () => {
    const { createApiKey } = await admin().data<CreateKeyAnswer>(CREATE_KEY, {
      input: { scope: 'SERVER', name: 'shop' },
    });
    const faultOf = async (client: GraphqlClient, modelVersion: string) => {
      const input = { intent: 'PERSONAL', customerId: 'customer-1', modelVersion };
      return (await client.send(LIST, { input })).errors?.[0].extensions;
    };
    const server = admin().as({ apiKey: createApiKey.secret });
    expect(await faultOf(server, first.id)).toEqual({ code: 'FORBIDDEN', argument: 'modelVersion' });
    expect(await faultOf(admin(), randomUUID())).toEqual({ code: 'NOT_FOUND', argument: 'modelVersion' });
  });

  it('is rolled back in one call, in all processes, and stays so', async () => {
    const updates = admin().subscribe<{ modelUpdated: { active: { number: number; pinned: boolean } } }>(UPDATED);
    const next = async () => (await updates.next()).value.data.modelUpdated.active as object;
    expect(await next()).toEqual({ number: 2, pinned: false });
    expect(await rollBack()).toMatchObject({ version: { number: 1, pinned: true }, errors: [] });
    await bothServe(first.id);
    expect(await next()).toEqual({ number: 1, pinned: true });
    await updates.return?.();
    expect((await rollBack()).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const third = (await done(await refresh())).version!;
    expect(third).toMatchObject({
      number: 3,
      verdict: 'HELD',
      active: false,
      reasons: ['another version is pinned'],
    });
    expect((await model()).active).toMatchObject({ number: 1, pinned: true });
    expect(await promote(third.id)).toMatchObject({ version: { number: 3, pinned: false }, errors: [] });
    await bothServe(third.id);
    // Version 2 was left by a roll-back: 1 was the version before.
    expect(await rollBack()).toMatchObject({ version: { number: 1 } });
    expect(await promote(third.id)).toMatchObject({ version: { number: 3, pinned: false } });
  });

  it('refuses a worse version, and reports the reason', async () => {
    const worse: Fitter = {
      format: rankerFitter.format,
      async fit(context) {
        const fitted = await rankerFitter.fit(context);
        if ('tooLittleAt' in fitted) throw new Error('too little');
        const events = new EventColumns();
        await readEventsByTime(pool, SIGNAL_EVENT_TYPES, 1_000_000, (event) => events.append(event));
        const whole = decodeRanker(fitted.bytes);
        const [newest] = collectExamples(new PointInTimeReplay(events), {
          until: events.timeAt(events.length - 1) + 1,
          horizon: 30 * 86_400_000,
          windows: 1,
          negativeShare: 1,
          customersPerWindow: 500,
          seed: 1,
          modelsAsOf: () => whole.sources,
        });
        const good = whole.model;
        const upsideDown = new RankerModel(
          good.featureNames,
          good.means,
          good.weightsNew.map((weight) => -weight),
          good.weightsBought.map((weight) => -weight),
          good.interceptNew,
          good.interceptBought,
          good.figures,
        );
        const incumbent = decodeRanker(context.incumbent!);
        const evidence = rankerEvidence({ model: upsideDown, usesSessions: whole.sources.usesSessions }, newest, {
          model: incumbent.holdoutModel!,
          usesSessions: incumbent.sources.usesSessions,
        });
        return { ...fitted, bytes: encodeRanker({ ...whole, model: upsideDown, holdoutModel: null }), evidence };
      },
    };
    const before = await model();
    await worker.stop();
    const options = { pool, pubSub, artefacts, log };
    const asked = await new JobStore(pool, pubSub).request('blend', 'OPERATOR');
    expect(
      await attemptJob(options, asked, (job, token) =>
        runRefresh(
          options,
          { ...modelOf(SHOP, 'blend'), fitter: () => Promise.resolve(worse) },
          job,
          token,
          () => undefined,
        ),
      ),
    ).toBe(true);
    worker = startWorkerProcess(shop);
    const { active, versions } = await model();
    expect(active).toEqual(before.active);
    const [refused] = versions.nodes;
    expect(refused).toMatchObject({ number: 4, verdict: 'REFUSED', active: false, bytes: null, parent: active!.id });
    expect(refused.reasons[0]).toMatch(
      /^NDCG@10 repeat 0\.\d{4} against 0\.\d{4} of the active version on held-out time$/,
    );
    expect(await promote(refused.id)).toMatchObject({
      version: null,
      errors: [{ code: 'CONFLICT', message: expect.stringContaining('NDCG@10') as string }],
    });
    expect((await promote('nothing')).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  describe('with the command', () => {
    const rebuild = async (...args: string[]) => {
      const { databaseUrl, redisUrl, namespace } = shop;
      const env = { PATH: process.env.PATH, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, NAMESPACE: namespace };
      countLaunch('freshet rebuild');
      return (await promisify(execFile)(process.execPath, [COMMAND, 'rebuild', ...args], { env })).stdout;
    };

    it('is fitted too, while a worker runs', async () => {
      const { model: kind, version } = JSON.parse(await rebuild('blend', '--json')) as {
        model: string;
        version: Version;
      };
      expect([kind, version.number, version.verdict]).toEqual(['blend', 5, 'PROMOTED']);
      await bothServe(version.id);
    });

    it('is fitted after a worker died during a refresh: job and lease are taken over', async () => {
      const releaseVersions = await holdVersions();
      const left = await refresh();
      await until(
        () => job(left),
        ({ state }) => state === 'RUNNING',
      );
      await worker.kill();
      await releaseVersions();
      expect(await job(left)).toMatchObject({ state: 'RUNNING', attempts: 1 });
      expect(await rebuild('blend')).toMatch(/^version 6 promoted after [\d.]+ s\n {2}/);
      worker = startWorkerProcess(shop);
    });

    it('must be one that exists', async () => {
      await expect(rebuild('oracle')).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringContaining('rebuild') as string,
      });
    });
  });
});
