import { Calibration, type CalibrationFigures } from '../../learn/calibration';
import type { RankerModel } from '../artefact/ranker-model';
import { listNdcg } from './list-ndcg';
import type { ExampleWindow } from './ranker-examples';
import { scoresOf } from './ranker-scores';

export interface Validation {
  readonly repeat: number;
  readonly fresh: number;
  /** For each list: NDCG@10 for all products, plus for new ones if the customer bought any. */
  readonly listScores: Float64Array;
  readonly calibration: CalibrationFigures;
}

/**
 * Returns the calibration and the mean NDCG@10 over a window's customers: `repeat` for all products, and `fresh` for
 * products that the customer has not bought before.
 */
export function validateRanker(model: RankerModel, window: ExampleWindow): Validation {
  const calibration = new Calibration();
  let repeat = 0;
  let fresh = 0;
  let freshLists = 0;
  const listScores = new Float64Array(window.lists.length);
  window.lists.forEach((list, l) => {
    const scores = scoresOf(model, list);
    scores.forEach((score, c) => calibration.add(score, list.labels[c] === 1));
    listScores[l] = listNdcg(scores, list.labels, list.boughtCount);
    repeat += listScores[l];
    if (list.newBoughtCount === 0) return;
    const ofNew = listNdcg(scores, list.labels, list.newBoughtCount, list.boughtBefore);
    fresh += ofNew;
    listScores[l] += ofNew;
    freshLists++;
  });
  return {
    repeat: repeat / window.lists.length,
    fresh: freshLists === 0 ? 0 : fresh / freshLists,
    listScores,
    calibration: calibration.figures(),
  };
}

/** The result without a window. */
export const NOT_VALIDATED: Validation = {
  repeat: 0,
  fresh: 0,
  listScores: new Float64Array(0),
  calibration: new Calibration().figures(),
};
