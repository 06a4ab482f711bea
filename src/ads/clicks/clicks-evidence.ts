import { summarizeCalibration } from '../../learn/calibration';
import type { HashedLogistic } from '../../learn/hashed-logistic';
import { logLossOfLogOdds, probabilityOfLogOdds } from '../../learn/log-odds';
import { logLoss } from '../../learn/log-loss';
import type { GateEvidence } from '../../models/gate-evidence';
import type { ClickExamples } from './click-examples';
import { boundedLogOdds } from './click-model';

/** With fewer clicks among the held-out examples, the calibration is not judged: chance alone would refuse versions. */
const MIN_CALIBRATION_CLICKS = 50;

export interface ClicksEvidenceOptions {
  /** The held-out examples are those from this row on. */
  readonly testFrom: number;
  /** Share of clicks before the held-out examples. */
  readonly baseRate: number;
  readonly candidate: HashedLogistic;
  /** Null if no version is active, or if it can't be read. */
  readonly incumbent: HashedLogistic | null;
  /** The best version so far; null if it is the incumbent, is not stored, or can't be read. */
  readonly best: HashedLogistic | null;
  /** Returns a time in ms. */
  readonly clock: () => number;
}

export interface ClicksEvidence {
  readonly evidence: GateEvidence;
  readonly figures: Readonly<Record<string, number>>;
}

/**
 * Compares the log-losses on the held-out impressions. The impressions of a visitor are one cluster. The baseline
 * predicts the share of clicks before the held-out impressions. The figures say what share of the clicks was predicted
 * (`calibration`, with its standard error if the probabilities are right).
 */
export function clicksEvidence(examples: ClickExamples, options: ClicksEvidenceOptions): ClicksEvidence {
  const { testFrom, baseRate, candidate, incumbent, best, clock } = options;
  const labels = examples.labels.subarray(testFrom, examples.size);
  const logOddsOf = (model: HashedLogistic) =>
    Float64Array.from(labels, (_, at) => boundedLogOdds(model, examples.hashesOf(testFrom + at)));
  const lossesOf = (logOdds: Float64Array) => logOdds.map((each, at) => logLossOfLogOdds(each, labels[at]!));

  const began = clock();
  const logOdds = logOddsOf(candidate);
  const candidateMs = (clock() - began) / labels.length;
  const incumbentBegan = clock();
  const incumbentLogOdds = incumbent && logOddsOf(incumbent);
  const incumbentMs = incumbent && (clock() - incumbentBegan) / labels.length;

  const clicks = labels.reduce((sum, label) => sum + label, 0);
  let [predicted, variance] = [0, 0];
  for (const each of logOdds) {
    const probability = probabilityOfLogOdds(each);
    predicted += probability;
    variance += probability * (1 - probability);
  }
  return {
    evidence: {
      unit: 'impression',
      measures: [
        {
          name: 'log-loss',
          isLoss: true,
          clusters: examples.visitors.subarray(testFrom, examples.size),
          candidate: lossesOf(logOdds),
          incumbent: incumbentLogOdds && lossesOf(incumbentLogOdds),
          best: best && lossesOf(logOddsOf(best)),
          baseline: Float64Array.from(labels, (label) => logLoss(baseRate, label === 1)),
        },
      ],
      baselineName: 'base rate',
      finite: logOdds.every(Number.isFinite),
      ...(clicks < MIN_CALIBRATION_CLICKS ? {} : { chances: summarizeCalibration([logOdds], [labels]) }),
      time: { candidateMs, incumbentMs },
    },
    figures: {
      testImpressions: labels.length,
      testClicks: clicks,
      ...(clicks === 0
        ? {}
        : { calibration: predicted / clicks, 'calibration, standard error': Math.sqrt(variance) / predicted }),
    },
  };
}
