import type { Pool } from 'pg';
import pino from 'pino';
import { type Fitted, type Fitter, modelOf } from '../../../src/models/fitter';
import type { Verdict } from '../../../src/models/gate';
import { JobStore } from '../../../src/models/job.store';
import { attemptJob, runRefresh } from '../../../src/models/run-refresh';
import { VersionStore, type StoredVersion } from '../../../src/models/version.store';
import { ArtefactStore, FencedOff } from '../../../src/platform/artefacts';
import { Lease } from '../../../src/platform/lease';
import { connectPostgres } from '../../../src/platform/postgres';
import type { RedisPubSub } from '../../../src/platform/pubsub';
import { SHOP } from '../../../src/shop';
import { sway } from '../../unit/learn/sway';
import { testNamespace, type TestNamespace } from '../../setup/shop';

const log = pino({ level: 'silent' });
const silence = { publish: () => undefined };
const BLEND = modelOf(SHOP, 'blend');
const fitted: Fitted = {
  bytes: new Uint8Array([1, 2, 3]),
  position: 1,
  dataHash: new Uint8Array(32),
  parameters: {},
  figures: {},
  evidence: { needed: 'more time' },
};
const PASSED: Verdict = { passed: true, best: true, reasons: [], warnings: [], figures: {} };
const FAILED: Verdict = { passed: false, best: false, reasons: ['it is worse'], warnings: [], figures: {} };

describe('versions of a model', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let artefacts: ArtefactStore;
  let store: VersionStore;
  let jobs: JobStore;
  let lease: Lease;

  /**
   * Stores a candidate as a refresh does.
   * @param compared the version that was active when it began; default: the one that is active now
   */
  const keep = async (verdict = PASSED, compared?: StoredVersion, by: VersionStore = store) => {
    const job = (await jobs.request('blend', 'OPERATOR')).id;
    const rival = compared ?? (await store.active('blend'));
    const best = (rival && (await store.otherBest(rival))) ?? rival;
    const more = { job, comparedWith: rival?.id ?? null, best: best?.id ?? null, seed: 1, seconds: 1, lease };
    return by.save(BLEND, fitted, verdict, more);
  };
  const rolledBackTo = async () => ((await store.rollBack('blend')) as StoredVersion).number;

  beforeEach(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
    artefacts = new ArtefactStore(pool);
    store = new VersionStore(pool, artefacts, silence);
    jobs = new JobStore(pool, silence);
    lease = (await Lease.acquire(pool, log, 'refresh:blend', 60_000)) as Lease;
  });

  afterEach(async () => {
    await pool.end();
    await shop.drop();
  });

  /** A store in which an operator promotes a version while a candidate's bytes are being written. */
  const movedMeanwhile = (move: () => Promise<unknown>): VersionStore => {
    const slow = Object.create(artefacts) as ArtefactStore;
    slow.save = async (...save) => {
      await move();
      return artefacts.save(...save);
    };
    return new VersionStore(pool, slow, silence);
  };

  it('holds a candidate when an operator pins another version while its bytes are written', async () => {
    const first = await keep();
    await keep();
    const third = await keep(
      PASSED,
      undefined,
      movedMeanwhile(() => store.rollBack('blend')),
    );
    expect(third).toMatchObject({ verdict: 'HELD', active: false, reasons: ['another version is pinned'] });
    expect(await store.active('blend')).toMatchObject({ id: first.id, pinned: true });
  });

  it('holds a candidate that was compared with a version that is no longer active', async () => {
    const first = await keep();
    const second = await keep();
    await store.promote(first.id, false);
    const third = await keep(PASSED, second);
    expect(third).toMatchObject({ verdict: 'HELD', active: false, parent: second.id });
    expect(third.reasons[0]).toMatch('during the fit');
    expect(await store.active('blend')).toMatchObject({ id: first.id, pinned: false });
  });

  it('retains the bytes of the best one while worse ones follow', async () => {
    const first = await keep();
    for (let n = 0; n < 8; n++) await keep({ ...PASSED, best: false });
    const active = (await store.active('blend')) as StoredVersion;
    expect(active).toMatchObject({ number: 9, best: first.id });
    expect(await store.otherBest(active)).toMatchObject({ number: 1, bytes: 3 });
    expect(await store.find((await store.page('blend', 3, 1))[0].id)).toMatchObject({ number: 2, bytes: null });
    // A better one replaces it, and its bytes are deleted.
    const better = await keep();
    expect(better.best).toBe(better.id);
    expect(await store.otherBest(better)).toBeNull();
    expect(await store.find(first.id)).toMatchObject({ bytes: null });
    // A deleted version can't be compared with.
    await pool.query('DELETE FROM artefacts WHERE id = $1', [(await store.page('blend', 10, 1))[0].id]);
    expect(await store.otherBest(active)).toBeNull();
  });

  it('retains the bytes of as many as its kind says: ADS has one every ten minutes', async () => {
    for (let number = 1; number <= 22; number++) {
      const job = (await jobs.request('ads', 'OPERATOR')).id;
      const active = (await store.active('ads'))?.id ?? null;
      await store.save(modelOf(SHOP, 'ads'), fitted, PASSED, {
        job,
        comparedWith: active,
        best: active,
        seed: 1,
        seconds: 1,
        lease,
      });
    }
    const stored = (await store.page('ads', undefined, 30)).filter(({ bytes }) => bytes !== null);
    expect(stored.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => 22 - index));
  });

  it('refreshes compare with the best one too, so that small losses do not add up', async () => {
    await lease.release();
    const options = { pool, pubSub: silence as unknown as RedisPubSub, artefacts, log };
    const lists = (bytes: Uint8Array) => new Float64Array(new Uint8Array(bytes).buffer);
    let row = 0;
    const fitter: Fitter = {
      format: 'any',
      fit: ({ incumbent, best }) => {
        row++;
        const before = incumbent ? lists(incumbent) : new Float64Array(512).fill(0.5);
        const candidate = before.map((value, list) => value - 0.0006 + 0.02 * sway(list, row));
        const measure = { name: 'worth', candidate, incumbent: incumbent && before, best: best && lists(best) };
        const baseline = new Float64Array(512);
        const chances = { predictedShare: 1, observedShare: 1, shapeError: 0 };
        const evidence = {
          unit: 'list',
          measures: [{ ...measure, baseline }],
          baselineName: 'nothing',
          finite: true,
          coverage: { candidate: 1, incumbent: 1 },
          chances,
          time: { candidateMs: 0, incumbentMs: 0 },
        };
        return Promise.resolve({ ...fitted, bytes: new Uint8Array(candidate.buffer), evidence });
      },
    };
    for (let n = 0; n < 12; n++) {
      const asked = await jobs.request('blend', 'OPERATOR');
      await attemptJob(options, asked, (job, token) =>
        runRefresh(options, { ...BLEND, fitter: () => Promise.resolve(fitter) }, job, token, () => undefined),
      );
    }
    const versions = (await store.page('blend', undefined, 12)).reverse();
    const reasons = versions.flatMap((version) => version.reasons);
    expect(reasons).toContainEqual(expect.stringContaining('of the best version so far'));
    // Each compared only with the one before, they would have fallen to 0.4928.
    expect((await store.active('blend'))!.number).toBeGreaterThan(2);
    expect((await store.active('blend'))!.figures.worth).toBeGreaterThan(0.495);
    expect(versions.map(({ best }) => best)).toEqual(Array(12).fill(versions[0].id));
  });

  it('accepts no refusal from an owner who has lost the lease: the job belongs to its successor', async () => {
    await lease.release();
    const heir = (await Lease.acquire(pool, log, 'refresh:blend', 60_000)) as Lease;
    await expect(keep(FAILED)).rejects.toThrow(FencedOff);
    expect(await jobs.findOpen('blend')).not.toBeNull();
    lease = heir;
    expect(await keep()).toMatchObject({ number: 1, verdict: 'PROMOTED' });
  });

  it('a roll-back leads to an earlier version, never to one that was rolled back', async () => {
    await keep();
    const second = await keep();
    await keep();
    expect(await rolledBackTo()).toBe(2);
    // Unpinned, and refused as well.
    await store.promote(second.id, false);
    expect(await rolledBackTo()).toBe(1);
    expect(await store.rollBack('blend')).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('a roll-back after another one leads to where that one led', async () => {
    await keep();
    const second = await keep();
    const third = await keep();
    expect(await rolledBackTo()).toBe(2);
    await store.promote(second.id, false);
    expect(await keep()).toMatchObject({ number: 4, verdict: 'PROMOTED' });
    expect(await rolledBackTo()).toBe(2);
    await store.promote(third.id, false);
    expect(await rolledBackTo()).toBe(2);
  });
});
