import pino from 'pino';
import { syntheticPurchases } from '../live-state/arbitrary-events';
import { ActiveModel } from '../../../src/models/active-model.service';
import type { Artefact, ArtefactStore } from '../../../src/platform/artefacts';
import type { RedisPubSub } from '../../../src/platform/pubsub';
import { NewerReleaseError } from '../../../src/platform/release';
import { fitRanker } from '../../setup/fit-ranker';
import { decodeRanker, decodeCompatibleRanker, encodeRanker } from '../../../src/recommend/artefact/ranker-artefact';
import { RankerModel } from '../../../src/recommend/artefact/ranker-model';
import { NO_MODELS } from '../../../src/recommend/sources/source';

const events = syntheticPurchases(100, 60, 160);
const model = fitRanker(events, { until: events.at(-1)!.occurredAt + 1 }) as RankerModel;
const { means, weightsNew, weightsBought, interceptNew, interceptBought, figures } = model;
/** A ranker as other code would have fitted it. */
const foreign = new RankerModel(
  model.featureNames.map((name) => `${name}, smoothed`),
  means,
  weightsNew,
  weightsBought,
  interceptNew,
  interceptBought,
  figures,
);
const bytesOf = (blend: RankerModel) =>
  encodeRanker({ model: blend, holdoutModel: blend, sources: NO_MODELS, easeLambda: 300, basket: null });

describe('the active version in a process', () => {
  const loads: string[] = [];
  const stored = new Map<string, Uint8Array | Error>([
    ['own', bytesOf(model)],
    ['foreign', bytesOf(foreign)],
    ['torn', bytesOf(model).subarray(0, 40)],
    ['newer', new NewerReleaseError('The artefact blend', '9.0.0', '0.3.0')],
    ['next', bytesOf(model)],
  ]);
  let activeId = 'own';
  let told: (message: Buffer) => void;
  const artefacts = {
    active: () => Promise.resolve({ id: activeId } as Artefact),
    load: (id: string) => {
      loads.push(id);
      const found = stored.get(id);
      return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
    },
  } as unknown as ArtefactStore;
  const pubSub = {
    listen: (_topic: string, listener: typeof told) => ((told = listener), () => undefined),
  } as unknown as RedisPubSub;
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
  const active = new ActiveModel('blend', (bytes) => decodeCompatibleRanker(bytes, {}), artefacts, pubSub, log);
  const promote = async (id: string) => {
    activeId = id;
    told(Buffer.from('{"kind":"blend"}'));
    await new Promise((resolve) => setTimeout(resolve, 10));
  };

  beforeAll(() => active.start());
  afterAll(() => active.close());

  it.each(['foreign', 'torn', 'newer'])(
    'reports that it can’t serve one that is %s, and continues with the previous one',
    async (id) => {
      expect(active.version).toBe('own');
      await promote(id);
      expect(active.version).toBe('own');
      expect(active.current?.model.isCompatible()).toBe(true);
      expect(lines.filter((line) => line.includes(`"version":"${id}"`))).toHaveLength(1);
      expect([active.isUpToDate, active.cannotServe(id), active.cannotServe('own')]).toEqual([false, true, false]);
      await promote(id);
      expect(loads.filter((loaded) => loaded === id)).toHaveLength(1);
      expect(lines.filter((line) => line.includes(`"version":"${id}"`))).toHaveLength(1);
    },
  );

  it('swaps in the next version that it can serve', async () => {
    await promote('next');
    expect([active.version, active.isUpToDate]).toEqual(['next', true]);
  });

  it('is not up to date while a version can’t be read, and tries again', async () => {
    stored.set('late', new Error('no connection'));
    await promote('late');
    expect([active.version, active.isUpToDate, active.cannotServe('late')]).toEqual(['next', false, false]);
    stored.set('late', bytesOf(model));
    await promote('late');
    expect([active.version, active.isUpToDate]).toEqual(['late', true]);
  });

  it('a candidate can still be compared with one of other features', () => {
    expect(decodeRanker(bytesOf(foreign)).holdoutModel?.isCompatible()).toBe(false);
  });

  it('detects parameters that are not numbers', () => {
    expect(model.isFinite()).toBe(true);
    const broken = new RankerModel(model.featureNames, means, weightsNew, weightsBought, NaN, interceptBought, figures);
    expect(broken.isFinite()).toBe(false);
  });
});
