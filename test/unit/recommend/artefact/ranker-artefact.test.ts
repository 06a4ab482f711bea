import { readFileSync } from 'node:fs';
import { FEATURES } from '../../../../src/features/feature-set';
import { decodeCompatibleRanker, decodeRanker, encodeRanker } from '../../../../src/recommend/artefact/ranker-artefact';
import { RankerModel } from '../../../../src/recommend/artefact/ranker-model';
import { NO_MODELS } from '../../../../src/recommend/sources/source';
import { dumpedArtefact, shopDumpOf } from '../../../setup/shop-dump';

const NAMES = FEATURES.map(({ name }) => name);
const ADDED_AFTER_030 = NAMES.filter((name) => /nearest-sessions|transitions/.test(name));

/** A value that depends only on the feature's name, and not on its column. */
const valueOf = (name: string): number => (name.length % 7) / 4;

/** Scores a row in the order of the model's columns: as a product that is new to the customer, and as a bought one. */
function scoresOf(model: RankerModel): number[] {
  const row = Float64Array.from(model.featureNames, valueOf);
  return [model.score(row, false), model.score(row, true)];
}

describe('a version that release 0.3.0 stored', () => {
  const { model, holdoutModel, sources, basket } = decodeCompatibleRanker(
    dumpedArtefact(readFileSync(shopDumpOf('0.3.0')), 'blend'),
    {},
  );
  const models = [model, holdoutModel as RankerModel];

  it('has the same scores as in that release', () => {
    // Computed by release 0.3.0 from the same bytes.
    const scores = [
      [3.2672008545586295, 3.874090629852183],
      [0.8585287607476811, 0.9641666115979151],
    ];
    models.forEach((each, m) => scoresOf(each).forEach((score, s) => expect(score).toBeCloseTo(scores[m][s], 12)));
  });

  it('has a column for each feature, and weight 0 for those that were added later', () => {
    expect(ADDED_AFTER_030).toHaveLength(8);
    for (const each of models) {
      expect(each.isCompatible()).toBe(true);
      expect(each.isFinite()).toBe(true);
      for (const weights of [each.weightsNew, each.weightsBought]) {
        expect(NAMES.filter((_, f) => weights[f] === 0)).toEqual(ADDED_AFTER_030);
      }
    }
  });

  it('keeps its sources and its basket ranker, and uses no sessions', () => {
    expect(sources).toMatchObject({
      temporalRidge: expect.anything() as unknown,
      ease: expect.anything() as unknown,
      ials: expect.anything() as unknown,
      usesSessions: false,
    });
    expect(basket).not.toBeNull();
  });
});

describe('a version with other features than this program', () => {
  const modelOf = (names: readonly string[]): RankerModel => {
    const [means, weightsNew, weightsBought] = [2, 3, 5].map((factor) =>
      Float64Array.from(names, (_, f) => ((factor * (f + 1)) % 11) - 5.5),
    );
    return new RankerModel(names, means, weightsNew, weightsBought, -3, -2, {} as RankerModel['figures']);
  };
  const bytesOf = (model: RankerModel): Uint8Array =>
    encodeRanker({ model, holdoutModel: model, sources: NO_MODELS, easeLambda: 300, basket: null });

  it('has the same scores if it lacks features or has them in another order', () => {
    const stored = modelOf(NAMES.slice(3).reverse());
    const { model } = decodeCompatibleRanker(bytesOf(stored), {});
    expect(model.featureNames).toEqual(NAMES);
    scoresOf(model).forEach((score, s) => expect(score).toBeCloseTo(scoresOf(stored)[s], 9));
  });

  it('is refused if this program lacks one of its features', () => {
    const bytes = bytesOf(modelOf([...NAMES.slice(1), 'log phase of the moon']));
    expect(() => decodeCompatibleRanker(bytes, {})).toThrow('features that this program does not have');
    expect(decodeRanker(bytes).holdoutModel?.isCompatible()).toBe(false);
  });
});
