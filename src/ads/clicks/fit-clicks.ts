import { FtrlEnsemble } from '../../learn/ftrl-ensemble';
import { CLICK_WINDOW_MS, type ClickExamples } from './click-examples';
import { MAX_CLICK_MODEL_BYTES, type ClicksVersion } from './clicks-artefact';

/** A version needs at least so many impressions and clicks before the held-out examples. */
const MIN_IMPRESSIONS = 200;
const MIN_CLICKS = 10;
/** The newest part of the examples is held out. */
const HELD_OUT_SHARE = 0.2;
const MAX_HELD_OUT = 50_000;
const EXAMPLES_PER_PROGRESS = 10_000;

export interface ClicksFit extends ClicksVersion {
  /** The held-out examples are those from this row on. */
  readonly testFrom: number;
  /** Share of clicks before the held-out examples. */
  readonly baseRate: number;
}

/**
 * Fits a click model by one pass over the examples, in the order of the log. The held-out model is the state of the
 * learner before the held-out examples, without the impressions whose click windows had not ended when the first of
 * those was received. It is what would have served then.
 * @param onProgress receives the share of the examples that are learned
 * @returns what is missing, as the end of a sentence, if there are too few examples
 */
export function fitClicks(
  examples: ClickExamples,
  onProgress: (progress: number) => void = () => undefined,
): ClicksFit | { readonly tooLittle: string } {
  const { size, labels, times } = examples;
  const testFrom = size - Math.min(MAX_HELD_OUT, Math.floor(HELD_OUT_SHARE * size));
  let trainUntil = testFrom;
  while (trainUntil > 0 && times[trainUntil - 1]! > times[testFrom]! - CLICK_WINDOW_MS) trainUntil--;
  let clicks = 0;
  for (let row = 0; row < trainUntil; row++) clicks += labels[row]!;
  if (trainUntil < MIN_IMPRESSIONS || clicks < MIN_CLICKS || examples.clicks === size)
    return { tooLittle: describeShortage(examples, trainUntil, clicks) };

  const ensemble = new FtrlEnsemble({ hasCrosses: true });
  const learn = (from: number, until: number) => {
    for (let row = from; row < until; row++) {
      if (row % EXAMPLES_PER_PROGRESS === 0) onProgress(row / size);
      ensemble.learn(labels[row]!, examples.hashesOf(row), examples.singlesOf(row));
    }
  };
  learn(0, trainUntil);
  const holdoutModel = ensemble.encode(MAX_CLICK_MODEL_BYTES);
  learn(trainUntil, size);
  return { model: ensemble.encode(MAX_CLICK_MODEL_BYTES), holdoutModel, testFrom, baseRate: clicks / trainUntil };
}

function describeShortage({ size, clicks }: ClickExamples, trained: number, trainedClicks: number): string {
  const found = `${size} impressions are older than 30 minutes, and ${clicks} of them were clicked`;
  if (clicks > 0 && clicks === size) return `${found}; impressions without a click are needed`;
  return (
    `${found}; ${trained} impressions with ${trainedClicks} clicks are at least 30 minutes older than the newest fifth, ` +
    `and at least ${MIN_IMPRESSIONS} with ${MIN_CLICKS} are needed`
  );
}
