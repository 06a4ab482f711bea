import { FEATURES } from '../../features/feature-set';
import { fitPlattScaling, type PlattScaling } from '../../learn/platt-scaling';
import { readFeatures, type RankingExamples, type ExampleWindow } from './ranker-examples';
import type { RankerModel } from '../artefact/ranker-model';

/** Returns ln(odds) of each candidate of a list. */
export function scoresOf(model: RankerModel, list: RankingExamples): Float64Array {
  const row = new Float64Array(FEATURES.length);
  return Float64Array.from(list.labels, (_, c) => {
    readFeatures(list, c, row);
    return model.score(row, list.boughtBefore[c] === 1);
  });
}

/**
 * Fits Platt scaling, a line from scores to log-odds, on a window that the model was not fitted on. All candidates of
 * all lists have weight 1, as in the test before a promotion. If only a share of the negatives was sampled, each of
 * them has weight 1 / share. The scaling does not use the weights of the model's fit, which optimise the order of
 * candidates.
 */
export function fitScalingOn(model: RankerModel, { lists }: ExampleWindow): PlattScaling {
  const size = lists.reduce((sum, { labels }) => sum + labels.length, 0);
  const [scores, labels, weights] = [new Float64Array(size), new Uint8Array(size), new Float64Array(size)];
  let at = 0;
  for (const list of lists) {
    scores.set(scoresOf(model, list), at);
    labels.set(list.labels, at);
    list.labels.forEach((label, c) => (weights[at + c] = label === 1 ? 1 : 1 / list.negativeShare));
    at += list.labels.length;
  }
  return fitPlattScaling(scores, labels, weights);
}
