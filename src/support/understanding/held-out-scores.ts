import { NO_CLASS } from '../../learn/fit-sparse-classes';
import { hashText32 } from '../../learn/hash-text';
import type { CountedTexts } from './counted-texts';
import { fitIntentScorer } from './fit-intent-scorer';

/** Number of parts of the examples, each scored by a fit on the others. */
const FOLDS = 4;
/** Number of groups of intents, each left out by one fit. */
const INTENT_GROUPS = 4;
/** With fewer intents, too few remain when one group is left out. */
const MIN_INTENTS_TO_LEAVE_OUT = 4;
/** With this many scores, no further group is left out: more would cost time and change little. */
const MIN_LEFT_OUT_SCORES = 5_000;

/** Texts with their intents. Rows are numbers of texts. */
export interface LabelledTexts {
  readonly texts: CountedTexts;
  readonly rows: Int32Array;
  /** By position in `rows`: the intent, or NO_CLASS for a text out of scope. */
  readonly labels: Int32Array;
  readonly intents: readonly string[];
  readonly seed: number;
  readonly onProgress: (message: string) => void;
}

/** The scores of a text that were fitted without it. */
export interface HeldOutScores {
  readonly row: number;
  readonly scores: Float64Array;
  /** The intent, or NO_CLASS for a text out of scope. */
  readonly label: number;
}

/**
 * Scores each text by a fit on the folds of the others.
 * @param hashes by position in `rows`: the hash that determines the fold. It depends on the text alone, so a text has the
 *   same fold when other examples are added or removed, and equal texts share a fold
 */
export function crossValidatedScores(
  { texts, rows, labels, intents, seed, onProgress }: LabelledTexts,
  hashes: ArrayLike<number>,
): HeldOutScores[] {
  const held: HeldOutScores[] = [];
  const positions = Int32Array.from(rows.keys());
  for (let fold = 0; fold < FOLDS; fold++) {
    onProgress(`cross-validation, part ${fold + 1} of ${FOLDS}`);
    const training = positions.filter((at) => hashes[at] % FOLDS !== fold);
    if (training.length === 0) continue;
    const trainingRows = training.map((at) => rows[at]);
    const trainingLabels = training.map((at) => labels[at]);
    const { scoresOf } = fitIntentScorer(texts, trainingRows, trainingLabels, intents.length, seed);
    for (const at of positions)
      if (hashes[at] % FOLDS === fold) held.push({ row: rows[at], scores: scoresOf(rows[at]), label: labels[at] });
  }
  return held;
}

/**
 * Scores texts as if they were out of scope: each group of intents is scored by a fit that does not know these intents.
 * It replaces sentences out of scope in a shop that has none. The groups depend on the names of the intents only.
 * @returns the scores, labelled NO_CLASS; empty if there are too few intents
 */
export function leftOutScores({ texts, rows, labels, intents, seed, onProgress }: LabelledTexts): HeldOutScores[] {
  if (intents.length < MIN_INTENTS_TO_LEAVE_OUT) return [];
  const groups = groupsOf(intents);
  const held: HeldOutScores[] = [];
  const positions = Int32Array.from(rows.keys());
  for (let group = 0; group < INTENT_GROUPS && held.length < MIN_LEFT_OUT_SCORES; group++) {
    onProgress(`leaving intents out, part ${group + 1} of ${INTENT_GROUPS}`);
    const remaining = intents.map((_, intent) => intent).filter((intent) => groups[intent] !== group);
    const classOf = new Map(remaining.map((intent, at) => [intent, at]));
    const isLeftOut = (at: number): boolean => labels[at] !== NO_CLASS && !classOf.has(labels[at]);
    const training = positions.filter((at) => !isLeftOut(at));
    const trainingRows = training.map((at) => rows[at]);
    const trainingLabels = training.map((at) => classOf.get(labels[at]) ?? NO_CLASS);
    const { scoresOf } = fitIntentScorer(texts, trainingRows, trainingLabels, remaining.length, seed);
    for (const at of positions)
      if (isLeftOut(at)) held.push({ row: rows[at], scores: scoresOf(rows[at]), label: NO_CLASS });
  }
  return held;
}

/** By intent: its group. The intents are dealt to the groups in the order of the hashes of their names. */
function groupsOf(intents: readonly string[]): Int32Array {
  const groups = new Int32Array(intents.length);
  intents
    .map((intent, at) => ({ at, hash: hashText32(intent) }))
    .sort((a, b) => a.hash - b.hash || a.at - b.at)
    .forEach(({ at }, rank) => (groups[at] = rank % INTENT_GROUPS));
  return groups;
}
