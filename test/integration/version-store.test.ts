import type { Pool } from 'pg';
import pino from 'pino';
import type { Fitted } from '../../src/models/fitter';
import type { Verdict } from '../../src/models/gate';
import { Jobs } from '../../src/models/job.service';
import { VersionStore, type StoredVersion } from '../../src/models/version-store.service';
import { ArtefactStore, FencedOff } from '../../src/platform/artefacts';
import { Lease } from '../../src/platform/lease';
import { connectPostgres } from '../../src/platform/postgres';
import { testNamespace, type TestNamespace } from '../setup/shop';

const log = pino({ level: 'silent' });
const silence = { publish: () => undefined };
const fitted: Fitted = {
  bytes: new Uint8Array([1, 2, 3]),
  position: 1,
  dataHash: new Uint8Array(32),
  parameters: {},
  figures: {},
  evidence: null,
};
const PASSED: Verdict = { passed: true, reasons: [], figures: {} };
const FAILED: Verdict = { passed: false, reasons: ['it is worse'], figures: {} };

describe('versions of a model', () => {
  let shop: TestNamespace;
  let pool: Pool;
  let artefacts: ArtefactStore;
  let store: VersionStore;
  let jobs: Jobs;
  let lease: Lease;

  /** As a refresh keeps a candidate. @param compared what was active when it began; default: what is active now */
  const keep = async (verdict = PASSED, compared?: StoredVersion, by: VersionStore = store) => {
    const job = (await jobs.request('blend', 'OPERATOR')).id;
    const comparedWith = (compared ?? (await store.active('blend')))?.id ?? null;
    return by.keep('blend', fitted, verdict, { job, comparedWith, seed: 1, seconds: 1, lease });
  };
  const rolledBackTo = async () => ((await store.rollBack('blend')) as StoredVersion).number;

  beforeEach(async () => {
    shop = await testNamespace();
    pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
    artefacts = new ArtefactStore(pool);
    store = new VersionStore(pool, artefacts, silence);
    jobs = new Jobs(pool, silence);
    lease = (await Lease.acquire(pool, log, 'refresh:blend', 60_000)) as Lease;
  });

  afterEach(async () => {
    await pool.end();
    await shop.drop();
  });

  /** A store in which an operator moves while a candidate's bytes are on their way. */
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

  it('holds a candidate that was compared with what is not active any more', async () => {
    const first = await keep();
    const second = await keep();
    await store.promote(first.id, false);
    const third = await keep(PASSED, second);
    expect(third).toMatchObject({ verdict: 'HELD', active: false, parent: second.id });
    expect(third.reasons[0]).toMatch('meanwhile');
    expect(await store.active('blend')).toMatchObject({ id: first.id, pinned: false });
  });

  it('takes no refusal from an owner who has lost the lease: the job is its successor’s', async () => {
    await lease.release();
    const heir = (await Lease.acquire(pool, log, 'refresh:blend', 60_000)) as Lease;
    await expect(keep(FAILED)).rejects.toThrow(FencedOff);
    expect(await jobs.open('blend')).not.toBeNull();
    lease = heir;
    expect(await keep()).toMatchObject({ number: 1, verdict: 'PROMOTED' });
  });

  it('a roll-back leads back, never to what was left by another', async () => {
    await keep();
    const second = await keep();
    await keep();
    expect(await rolledBackTo()).toBe(2);
    // Unpinned, and found wanting as well.
    await store.promote(second.id, false);
    expect(await rolledBackTo()).toBe(1);
    expect(await store.rollBack('blend')).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('a roll-back from what came after another leads to where that one led', async () => {
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
