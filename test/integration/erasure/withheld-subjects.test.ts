import pino from 'pino';
import { LEARNER_LEASE, SHOP_ARTEFACT, SUBJECTS_ARTEFACT } from '../../../src/live-state/live-state-names';
import { initialProgress } from '../../../src/live-state/learner/learner-progress';
import { LearnerState } from '../../../src/live-state/learner/learner-state';
import { StatePublisher, type LearnerTenure } from '../../../src/live-state/learner/state-publisher.service';
import { ArtefactStore } from '../../../src/platform/artefacts';
import { Lease } from '../../../src/platform/lease';
import { connectPostgres } from '../../../src/platform/postgres';
import { RedisPubSub } from '../../../src/platform/pubsub';
import { testNamespace } from '../../setup/shop';

const log = pino({ level: 'silent' });

it('the half with the subjects is withheld while the log is learned again without an erased person', async () => {
  const shop = await testNamespace();
  const pool = connectPostgres(shop.databaseUrl, shop.namespace, { max: 4 });
  const pubSub = new RedisPubSub(shop.redisUrl, shop.namespace, log);
  const artefacts = new ArtefactStore(pool);
  const lease = (await Lease.acquire(pool, log, LEARNER_LEASE, 60_000)) as Lease;
  const publisher = new StatePublisher({ pubSub, artefacts, log });
  const tenure: LearnerTenure = { lease, ...initialProgress(), position: 1 };
  const newestOf = async (kind: string) => (await artefacts.newest(kind))?.position;

  tenure.secondPass = { state: new LearnerState(), position: 0, erasedAt: 1 };
  await publisher.checkpoint(tenure);
  expect([await newestOf(SHOP_ARTEFACT), await newestOf(SUBJECTS_ARTEFACT)]).toEqual([1, undefined]);

  Object.assign(tenure, { secondPass: undefined, erasedAt: 1, position: 2 });
  await publisher.checkpoint(tenure);
  expect([await newestOf(SHOP_ARTEFACT), await newestOf(SUBJECTS_ARTEFACT)]).toEqual([2, 2]);

  await lease.release(tenure.position);
  await pubSub.close();
  await pool.end();
  await shop.drop();
});
