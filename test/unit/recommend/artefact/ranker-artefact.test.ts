import { FEATURES } from '../../../../src/features/feature-set';
import { decodeCompatibleRanker, decodeRanker, encodeRanker } from '../../../../src/recommend/artefact/ranker-artefact';
import { RankerModel } from '../../../../src/recommend/artefact/ranker-model';
import { NO_MODELS } from '../../../../src/recommend/sources/source';

const NAMES = FEATURES.map(({ name }) => name);

/** A value that depends only on the feature's name, and not on its column. */
const valueOf = (name: string): number => (name.length % 7) / 4;

/** Scores a row in the order of the model's columns: as a product that is new to the customer, and as a bought one. */
function scoresOf(model: RankerModel): number[] {
  const row = Float64Array.from(model.featureNames, valueOf);
  return [model.score(row, false), model.score(row, true)];
}

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
