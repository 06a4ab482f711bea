import type { LogisticFit } from '../../learn/logistic';
import { UNSCALED, type PlattScaling } from '../../learn/platt-scaling';
import type { RankerFigures, RankerModel } from '../artefact/ranker-model';
import { withoutSessions, type ExampleWindow } from './ranker-examples';
import { fitScalingOn } from './ranker-scores';
import { hasEnoughPositives, TrainingDesign } from './training-design';
import { NOT_VALIDATED, validateRanker } from './validate-ranker';

/** L2 penalties to try, strongest first. */
const PENALTIES = [500, 50, 5];

/** The figures of a model that is only compared. */
export const UNTESTED_FIGURES: RankerFigures = {
  rows: 0,
  positives: 0,
  l2: 0,
  logLoss: 0,
  ndcg10Repeat: 0,
  ndcg10New: 0,
  calibration: NOT_VALIDATED.calibration,
};

/** The settings of a ranker, chosen on one window. */
interface Settings {
  readonly l2: number;
  /** Whether nearest sessions and transitions are sources of candidates and features. */
  readonly usesSessions: boolean;
  /** Platt scaling, fitted to the chosen model's scores on that window. `UNSCALED` if the window is the newest. */
  readonly scaling: PlattScaling;
}

/**
 * Selects the settings whose model, fitted on the windows before the selection window, ranks the selection window best.
 * The selection window is the second newest, because the gate evaluates on the newest and needs data that was not used
 * before. If the windows before the second newest have too few purchases, the newest is the selection window.
 *
 * The sources of sessions make each list slower, so they are used only if the best model with them is better by more
 * than one standard error of the paired difference. They are not used if the examples were collected without them.
 */
export function chooseSettings(
  windows: readonly ExampleWindow[],
  seed: number,
  onProgress: ((stage: string) => void) | undefined,
): Settings {
  const chooser = [windows.length - 2, windows.length - 1].find(
    (w) => w > 0 && hasEnoughPositives(windows.slice(0, w)),
  );
  if (chooser === undefined) return { l2: PENALTIES[0], usesSessions: false, scaling: UNSCALED };
  const isJudged = chooser === windows.length - 1;
  const compared = windows.slice(0, chooser + 1);
  const settingsOf = ({ l2, model }: ChosenPenalty, usesSessions: boolean): Settings => {
    const window = usesSessions ? windows[chooser] : withoutSessions(windows[chooser]);
    return { l2, usesSessions, scaling: isJudged ? UNSCALED : fitScalingOn(model, window) };
  };
  const without = choosePenalty(compared.map(withoutSessions), seed, onProgress);
  if (!compared.every(({ lists }) => lists.every(({ usesSessions }) => usesSessions)))
    return settingsOf(without, false);
  const withSessions = choosePenalty(compared, seed, onProgress);
  const { mean, standardError } = pairedDifference(withSessions.listScores, without.listScores);
  onProgress?.(`sessions: NDCG@10 repeat + new ${mean.toFixed(4)} better, standard error ${standardError.toFixed(4)}`);
  return mean > standardError ? settingsOf(withSessions, true) : settingsOf(without, false);
}

interface ChosenPenalty {
  readonly l2: number;
  readonly model: RankerModel;
  /** NDCG@10 of each list, for all products plus for new ones. */
  readonly listScores: Float64Array;
}

/** Selects the penalty for the last window, from models that are fitted on the windows before. */
function choosePenalty(
  windows: readonly ExampleWindow[],
  seed: number,
  onProgress: ((stage: string) => void) | undefined,
): ChosenPenalty {
  const examples = new TrainingDesign(windows.slice(0, -1), seed);
  let best: ChosenPenalty | undefined;
  let [start, bestSum]: [LogisticFit | undefined, number] = [undefined, 0];
  for (const l2 of PENALTIES) {
    start = examples.fit(l2, start);
    const model = examples.model(start, UNTESTED_FIGURES);
    const { repeat, fresh, listScores } = validateRanker(model, windows[windows.length - 1]);
    onProgress?.(`l2 ${l2}: NDCG@10 repeat ${repeat.toFixed(4)}, new ${fresh.toFixed(4)}`);
    if (best !== undefined && !(repeat + fresh > bestSum)) continue;
    bestSum = repeat + fresh;
    best = { l2, model, listScores };
  }
  return best as ChosenPenalty;
}

/** Returns the mean of a − b over lists, and its standard error. */
function pairedDifference(a: Float64Array, b: Float64Array): { readonly mean: number; readonly standardError: number } {
  const differences = a.map((value, i) => value - b[i]);
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / Math.max(1, differences.length - 1) / differences.length) };
}
