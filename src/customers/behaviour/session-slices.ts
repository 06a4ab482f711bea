import type { SessionExamples } from './session-examples';

/** Shares of the visitors. The rest of them are test visitors. */
const TRAINING_VISITORS = 0.5;
const CALIBRATION_VISITORS = 0.2;
/** Share of the sessions, the oldest, before the test begins. */
const BEFORE_TEST = 2 / 3;

/** Rows of examples. No visitor is in two slices. */
export interface SessionSlices {
  /** Models are fitted on these sessions. */
  readonly training: Int32Array;
  /** Scores are calibrated on these sessions, and choices between models are made on them. */
  readonly calibration: Int32Array;
  /** Models are only evaluated on these sessions, which are later than all others. Empty for the final fit. */
  readonly test: Int32Array;
}

/**
 * Splits sessions by visitor and by time: training and calibration have sessions of different visitors before an
 * instant, the test has those of a third group of visitors from the instant on. A session whose label was not yet known
 * at the instant is in no slice. The groups depend only on the visitors,
 * so a later fit does not test a model on visitors that an earlier one was fitted on.
 */
export function splitByVisitorAndTime({
  size,
  cuts,
  labelEnds,
  visitors,
  visitorRanks,
}: SessionExamples): SessionSlices {
  const sorted = cuts.slice(0, size).sort();
  const testFrom = sorted[Math.floor(BEFORE_TEST * size)] ?? Infinity;
  const [training, calibration, test]: number[][] = [[], [], []];
  for (let row = 0; row < size; row++) {
    const group = groupOf(visitorRanks[visitors[row]!]!);
    if (group === 'test') {
      if (cuts[row]! >= testFrom) test!.push(row);
    } else if (labelEnds[row]! <= testFrom) (group === 'training' ? training! : calibration!).push(row);
  }
  return slicesOf(training!, calibration!, test!);
}

/** All sessions, for the model that serves: without a test, calibrated on the same group of visitors. */
export function splitForServing({ size, visitors, visitorRanks }: SessionExamples): SessionSlices {
  const [training, calibration]: number[][] = [[], []];
  for (let row = 0; row < size; row++)
    (groupOf(visitorRanks[visitors[row]!]!) === 'calibration' ? calibration! : training!).push(row);
  return slicesOf(training!, calibration!, []);
}

function groupOf(rank: number): keyof SessionSlices {
  if (rank < TRAINING_VISITORS) return 'training';
  return rank < TRAINING_VISITORS + CALIBRATION_VISITORS ? 'calibration' : 'test';
}

function slicesOf(training: number[], calibration: number[], test: number[]): SessionSlices {
  return {
    training: Int32Array.from(training),
    calibration: Int32Array.from(calibration),
    test: Int32Array.from(test),
  };
}
