import { fitConditionalLogit, type ChoiceFit } from '../../learn/conditional-logit';
import { standardizationOf, standardized, type DesignMatrix } from '../../learn/design-matrix';
import { BASKET_PARTS, BasketModel, columnCountOf, type BasketPart, type BasketWeights } from './basket-model';
import type { BasketList, BasketWindow } from './basket-examples';
import { BASKET_FEATURES } from './basket-features';

/** Weights of the windows, newest first. Older windows weigh less, because co-purchases change over time. */
const WINDOW_WEIGHTS = [1, 0.67, 0.5];
/** L2 penalties that are tried for each part of the model. */
const PENALTIES = [100, 10, 1];
/** A part of the model can't be fitted reliably on fewer lists than this. */
const MIN_LISTS = 100;
const TOLERANCE = 1e-4;

export interface FittedBasket {
  readonly model: BasketModel;
  /** The model fitted on all windows except the newest. Null if these windows have too few lists. */
  readonly holdoutModel: BasketModel | null;
}

/**
 * Fits each of the {@link BASKET_PARTS} in two steps. The first fits the older windows with each penalty, and selects
 * the penalty with the smallest mean −ln P(hidden product) on the newest window. The second fits all windows together
 * with this penalty. If there are too few lists to select one, the largest penalty is used.
 * @param windows oldest first
 * @returns null if there are too few lists
 */
export function fitBasket(
  windows: readonly BasketWindow[],
  onProgress: (stage: string) => void = () => undefined,
): FittedBasket | null {
  const model: Partial<Record<BasketPart, BasketWeights>> = {};
  const holdout: Partial<Record<BasketPart, BasketWeights>> = {};
  for (const part of BASKET_PARTS) {
    const fitted = fitPart(part, windows);
    if (fitted === null) continue;
    model[part] = fitted.weights;
    if (fitted.holdout !== null) holdout[part] = fitted.holdout;
    onProgress(`basket, ${part}: l2 ${fitted.weights.figures.l2}, ${fitted.weights.figures.lists} lists`);
  }
  if (Object.keys(model).length === 0) return null;
  const names = BASKET_FEATURES.map(({ name }) => name);
  return {
    model: new BasketModel(names, model),
    holdoutModel: Object.keys(holdout).length === 0 ? null : new BasketModel(names, holdout),
  };
}

function fitPart(
  part: BasketPart,
  windows: readonly BasketWindow[],
): { weights: BasketWeights; holdout: BasketWeights | null } | null {
  const all = new PartLists(part, windows, windows.length);
  if (all.lists.length < MIN_LISTS) return null;
  const older = new PartLists(part, windows.slice(0, -1), windows.length);
  const newest = windows[windows.length - 1].sampledLists.filter((list) => list.part === part);
  let chosen: { l2: number; loss: number; fit?: ChoiceFit; holdout: BasketWeights | null } = {
    l2: PENALTIES[0],
    loss: Infinity,
    holdout: null,
  };
  if (older.lists.length >= MIN_LISTS && newest.length > 0) {
    let start: Float64Array | undefined;
    for (const l2 of PENALTIES) {
      const fit = older.fit(l2, start);
      start = fit.coefficients;
      const holdout = older.weights(fit, l2);
      const loss = meanLogLoss(holdout, newest);
      if (loss < chosen.loss) chosen = { l2, loss, fit, holdout };
    }
  }
  const fit = all.fit(chosen.l2, chosen.fit?.coefficients);
  return { weights: all.weights(fit, chosen.l2), holdout: chosen.holdout };
}

/** The sampled lists of one {@link BasketPart} in some windows, as one design matrix of standardised features. */
class PartLists {
  readonly lists: readonly BasketList[];
  private readonly listWeights: Float64Array;
  private readonly ends: Int32Array;
  private readonly chosen: Int32Array;
  private readonly design: DesignMatrix;
  private readonly mean: Float64Array;
  private readonly scale: Float64Array;

  /** @param windowCount number of all windows; `windows` are the oldest of them */
  constructor(part: BasketPart, windows: readonly BasketWindow[], windowCount: number) {
    const entries = windows.flatMap(({ sampledLists }, w) =>
      sampledLists
        .filter((list) => list.part === part)
        .map((list) => ({ list, weight: WINDOW_WEIGHTS[windowCount - 1 - w] })),
    );
    this.lists = entries.map(({ list }) => list);
    this.listWeights = Float64Array.from(entries, ({ weight }) => weight);
    this.ends = new Int32Array(entries.length);
    this.chosen = new Int32Array(entries.length);
    let rows = 0;
    this.lists.forEach((list, l) => {
      this.chosen[l] = rows + list.chosen;
      this.ends[l] = rows += list.rows;
    });
    const plain = designOf(this.lists, this.ends, columnCountOf(part));
    const standardization = standardizationOf(plain, new Uint8Array(rows).fill(1));
    this.mean = standardization.mean;
    this.scale = standardization.scale;
    this.design = standardized(plain, standardization);
  }

  fit(l2: number, start?: Float64Array): ChoiceFit {
    const { design, ends, chosen, listWeights: weights } = this;
    return fitConditionalLogit({ design, ends, chosen, weights, l2, start, tolerance: TOLERANCE });
  }

  /** Converts the coefficients to weights of unscaled features. */
  weights({ coefficients, logLoss }: ChoiceFit, l2: number): BasketWeights {
    return {
      means: this.mean,
      weights: coefficients.map((weight, f) => weight / this.scale[f]),
      figures: { lists: this.lists.length, l2, logLoss },
    };
  }
}

function designOf(lists: readonly BasketList[], ends: Int32Array, columns: number): DesignMatrix {
  const rows = ends.length === 0 ? 0 : ends[ends.length - 1];
  const listOf = new Int32Array(rows);
  lists.forEach((list, l) => listOf.fill(l, ends[l] - list.rows, ends[l]));
  return {
    rows,
    columns,
    readRow(row, out) {
      const l = listOf[row];
      const from = (row - ends[l] + lists[l].rows) * columns;
      const { features } = lists[l];
      for (let c = 0; c < columns; c++) out[c] = features[from + c];
    },
  };
}

function meanLogLoss({ means, weights }: BasketWeights, lists: readonly BasketList[]): number {
  let sum = 0;
  for (const { rows, features, chosen } of lists) {
    const scores = Float64Array.from({ length: rows }, (_, row) => {
      let score = 0;
      for (let f = 0; f < weights.length; f++) score += weights[f] * (features[row * weights.length + f] - means[f]);
      return score;
    });
    const largest = scores.reduce((most, score) => Math.max(most, score), -Infinity);
    sum += Math.log(scores.reduce((total, score) => total + Math.exp(score - largest), 0)) - (scores[chosen] - largest);
  }
  return sum / lists.length;
}
