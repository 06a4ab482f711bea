import { decodeBehaviourVersion } from '../src/customers/behaviour/behaviour-artefact';
import { LiveSession } from '../src/customers/behaviour/live-session';
import { predictBehaviour } from '../src/customers/behaviour/predict-behaviour';
import { sortEvents } from '../src/customers/behaviour/visitor-sessions';
import { computeProfile, type ProfileModels } from '../src/customers/profiles/profile';
import { ProfileModelsService } from '../src/customers/profiles/profile-models.service';
import { readPurchaseLines } from '../src/customers/purchases/purchase-lines.store';
import type { SessionEvent } from '../src/features/session-event';
import { SESSION_FEATURES } from '../src/features/session-features';
import type { Platform } from '../src/platform/connect';
import { customerId } from './customers-shop';
import { demoVisitors } from './demo-sessions';
import { percentile, type BenchRow } from './row';

const CUSTOMERS = 500;
const VISITING_CUSTOMERS = 100;
/** Each customer is computed as often; the first round warms up. */
const ROUNDS = 20;

/**
 * Measures what the active versions take for one customer after an event, in this process: the event is applied and
 * the behaviour predicted; the purchases are summarised and the segment assigned, or the value predicted, or both. Then
 * all of it, one after the other.
 */
export async function measureComputing(platform: Platform): Promise<BenchRow[]> {
  const service = new ProfileModelsService(platform);
  await service.start();
  const models = service.current();
  service.close();
  if (models == null) throw new Error('no version is active');
  const ids = Array.from({ length: CUSTOMERS }, (_, number) => customerId(number));
  const lines = await readPurchaseLines(platform.pool, ids, models.currency);
  const now = Date.now();
  const profile = (some: ProfileModels) => {
    const samples: number[] = [];
    for (let round = 0; round <= ROUNDS; round++)
      for (const [id, own] of lines) {
        const began = performance.now();
        computeProfile(id, own, some, now);
        if (round > 0) samples.push(performance.now() - began);
      }
    return samples;
  };
  const predict = await behaviourPredictor(platform);
  const purchases = [...lines];
  let next = 0;
  return [
    row('one customer: segment', profile({ ...models, predictValue: null })),
    row('one customer: value and churn', profile({ ...models, segmentOf: null })),
    row('one customer: segment, value and churn', profile(models)),
    row('one customer: behaviour', sessionTimes(predict)),
    row(
      'one customer: all together',
      sessionTimes((session, event) => {
        predict(session, event);
        const [id, own] = purchases[next++ % purchases.length];
        computeProfile(id, own, models, now);
      }),
    ),
  ];
}

type Work = (session: LiveSession, event: SessionEvent) => void;

async function behaviourPredictor({ artefacts }: Platform): Promise<Work> {
  const active = await artefacts.active('behaviour');
  if (active === null) throw new Error('no version of BEHAVIOUR is active');
  const { model } = decodeBehaviourVersion(await artefacts.load(active.id));
  const features = new Float64Array(SESSION_FEATURES.length);
  return (session, event) => {
    session.apply(event);
    if (session.fill(event.at + 1, features)) predictBehaviour(model, features);
  };
}

/** Runs the work for each event of the sessions, in order; the first round warms up. */
function sessionTimes(work: Work): number[] {
  const samples: number[] = [];
  for (let round = 0; round < 2; round++)
    for (const visitor of demoVisitors({ customers: VISITING_CUSTOMERS })) {
      const session = new LiveSession(true);
      for (const event of sortEvents(visitor.events)) {
        const began = performance.now();
        work(session, event);
        if (round > 0) samples.push(performance.now() - began);
      }
    }
  return samples;
}

function row(name: string, samples: readonly number[]): BenchRow {
  return {
    name,
    subject: 'freshet',
    p50: percentile(samples, 0.5),
    p95: percentile(samples, 0.95),
    p99: percentile(samples, 0.99),
  };
}
