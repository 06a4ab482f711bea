import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import { ANONYMOUS_FEATURE_COUNT, BASKET_FEATURES } from './basket-features';

const MAGIC = 'freshet-basket';
const VERSION = 1;

/** Cases with separate weights: one or several products in the basket, and known or unknown customer history. */
export const BASKET_PARTS = ['anonymous-one', 'anonymous-several', 'known-one', 'known-several'] as const;
export type BasketPart = (typeof BASKET_PARTS)[number];

/** For each part: the parts whose weights are tried, in this order, because some parts may not have been fitted. */
const FALLBACK_PARTS: Readonly<Record<BasketPart, readonly BasketPart[]>> = {
  'anonymous-one': ['anonymous-one', 'anonymous-several'],
  'anonymous-several': ['anonymous-several', 'anonymous-one'],
  'known-one': ['known-one', 'anonymous-one', 'known-several', 'anonymous-several'],
  'known-several': ['known-several', 'anonymous-several', 'known-one', 'anonymous-one'],
};

export function basketPartOf(itemCount: number, isKnown: boolean): BasketPart {
  return `${isKnown ? 'known' : 'anonymous'}-${itemCount === 1 ? 'one' : 'several'}`;
}

/** Returns how many of the {@link BASKET_FEATURES}, counted from the first, a part uses. */
export function columnCountOf(part: BasketPart): number {
  return part.startsWith('known') ? BASKET_FEATURES.length : ANONYMOUS_FEATURE_COUNT;
}

interface BasketPartFigures {
  readonly lists: number;
  /** The selected L2 penalty. */
  readonly l2: number;
  /** Mean −ln P(hidden product) among the sampled candidates, over the training lists. */
  readonly logLoss: number;
}

export interface BasketWeights {
  /** The mean of each feature over the training candidates. A feature contributes weight × (value − mean). */
  readonly means: Float64Array;
  readonly weights: Float64Array;
  readonly figures: BasketPartFigures;
}

/** The basket ranker's parameters. A score is a utility: a candidate is the next product with P ∝ e^score. */
export class BasketModel {
  constructor(
    readonly featureNames: readonly string[],
    readonly parts: Partial<Readonly<Record<BasketPart, BasketWeights>>>,
  ) {}

  /** Returns whether the model was fitted on the current {@link BASKET_FEATURES}. */
  isCompatible(): boolean {
    return (
      this.featureNames.length === BASKET_FEATURES.length &&
      BASKET_FEATURES.every(({ name }, f) => name === this.featureNames[f])
    );
  }

  isFinite(): boolean {
    return Object.values(this.parts).every(({ means, weights }) => [...means, ...weights].every(Number.isFinite));
  }

  /** Returns the weights of a part or of its fallback. @throws Error for a model without any part */
  weightsFor(part: BasketPart): BasketWeights {
    for (const standIn of FALLBACK_PARTS[part]) {
      const weights = this.parts[standIn];
      if (weights !== undefined) return weights;
    }
    throw new Error('the basket model has no weights');
  }

  /**
   * Computes out[row] = Σ_f w_f (x_f − mean_f).
   * @param values rows × width, row-major; the columns of the part come first
   */
  score(part: BasketPart, values: ArrayLike<number>, rows: number, width: number, out: Float64Array): void {
    const { means, weights } = this.weightsFor(part);
    let offset = 0;
    for (let f = 0; f < weights.length; f++) offset -= weights[f] * means[f];
    for (let row = 0, from = 0; row < rows; row++, from += width) {
      let score = offset;
      for (let f = 0; f < weights.length; f++) score += weights[f] * values[from + f];
      out[row] = score;
    }
  }

  encode(): Uint8Array {
    const writer = new ByteWriter();
    writer.string(MAGIC);
    writer.varint(VERSION);
    writer.string(JSON.stringify(this.featureNames));
    for (const part of BASKET_PARTS) {
      const weights = this.parts[part];
      writer.varint(weights?.weights.length ?? 0);
      if (weights === undefined) continue;
      writer.string(JSON.stringify(weights.figures));
      for (const column of [weights.means, weights.weights]) column.forEach((x) => writer.f64(x));
    }
    return writer.finish();
  }

  /** @throws Error for bytes of another kind or version, and for truncated bytes */
  static decode(bytes: Uint8Array): BasketModel {
    const reader = new ByteReader(bytes);
    reader.expectHeader(MAGIC, VERSION);
    const featureNames = JSON.parse(reader.string()) as string[];
    const parts: Partial<Record<BasketPart, BasketWeights>> = {};
    for (const part of BASKET_PARTS) {
      const length = reader.varint();
      if (length === 0) continue;
      const figures = JSON.parse(reader.string()) as BasketPartFigures;
      const [means, weights] = [0, 1].map(() => Float64Array.from({ length }, () => reader.f64()));
      parts[part] = { means, weights, figures };
    }
    return new BasketModel(featureNames, parts);
  }
}
