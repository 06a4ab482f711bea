import { hash } from 'node:crypto';
import { newestPosition } from '../../events/position.store';
import { decodeIfReadable } from '../../models/fitter';
import type { GateEvidence, GateMeasure } from '../../models/gate-evidence';
import type { Fitter } from '../../models/fitter';
import { inSnapshot } from '../../platform/postgres';
import { fitIntentClassifier, type HeldOutPrediction } from './fit-intent-classifier';
import type { IntentClassifier } from './intent-classifier';
import { OUT_OF_SCOPE, type IntentExample } from './intent-example';
import { readIntentExamples, readIntentState } from './intent-example.store';
import { STARTER_INTENTS } from './intents';
import { decodeIntents, encodeIntents, type IntentsArtefact } from './intents-artefact';
import { frozenUtterances, starterTrainingSet } from '../language/starter-examples';
import { textHash } from './text-words';

const INTENTS_FORMAT = 'intents 2';
/** Questions per timing round, and number of rounds. */
const TIMED_QUESTIONS = 200;
const TIMED_ROUNDS = 5;

/** Fits the classifier of questions from the starter examples and the examples of the shop. */
export const intentsFitter: Fitter = {
  format: INTENTS_FORMAT,
  async isDue(pool, fittedPosition) {
    const { isUsed, exampleCount, position, fittedCount } = await readIntentState(pool);
    if (fittedPosition === null) return isUsed;
    // An erasure deletes examples without a change at a log position.
    return position > fittedPosition || (fittedCount !== null && fittedCount !== exampleCount);
  },
  async fit({ pool, incumbent, best, seed, onProgress }) {
    onProgress(0, 'reading the examples');
    const { position, own } = await inSnapshot(pool, async (client) => ({
      own: await readIntentExamples(client),
      position: await newestPosition(client),
    }));
    const examples = withOwnExamples(starterTrainingSet(), own);
    const { classifier, heldOut } = fitIntentClassifier(examples, {
      seed,
      onProgress: (stage) => onProgress(0.5, stage),
    });
    const isRight = (each: HeldOutPrediction) =>
      each.actual === OUT_OF_SCOPE ? each.confidence < classifier.threshold : each.intent === each.actual;
    return {
      bytes: encodeIntents({
        classifier,
        heldOut: new Map(heldOut.map((each) => [exampleKey(each.textHash, each.actual), isRight(each)])),
      }),
      position,
      dataHash: hash('sha256', JSON.stringify(examples), 'buffer'),
      parameters: { format: INTENTS_FORMAT, shopExamples: own.length },
      figures: {
        examples: examples.length,
        intents: classifier.intents.length,
        threshold: classifier.threshold,
      },
      evidence: evidenceOf(classifier, { examples, heldOut, isRight, incumbent, best }),
    };
  },
};

/** An example of the shop replaces the starter example with the same text. */
function withOwnExamples(starters: readonly IntentExample[], own: readonly IntentExample[]): IntentExample[] {
  return [...new Map([...starters, ...own].map((example) => [example.text, example])).values()];
}

interface Evaluated {
  readonly examples: readonly IntentExample[];
  readonly heldOut: readonly HeldOutPrediction[];
  readonly isRight: (prediction: HeldOutPrediction) => boolean;
  readonly incumbent: Uint8Array | null;
  readonly best: Uint8Array | null;
}

/**
 * Each version is judged on the examples of the candidate, by predictions of fits without the example. An earlier version
 * has stored them for its own examples, and classifies the others.
 */
function evidenceOf(
  classifier: IntentClassifier,
  { examples, heldOut, isRight, incumbent, best }: Evaluated,
): GateEvidence {
  const previous = decodeIfReadable(incumbent, decodeIntents);
  const texts = new Map(examples.map((example) => [textHash(example.text), example]));
  const candidate = Float64Array.from(heldOut, (each) => (isRight(each) ? 1 : 0));
  const valuesOf = (version: IntentsArtefact | null) =>
    version && Float64Array.from(heldOut, (each) => (understands(version, texts.get(each.textHash)!) ? 1 : 0));
  const mostFrequent = mostFrequentIntent(examples);
  const baseline = Float64Array.from(heldOut, ({ actual }) => (actual === mostFrequent ? 1 : 0));
  const bestVersion = best && decodeIfReadable(best, decodeIntents);
  const bestValues = valuesOf(bestVersion);
  const timed = examples.slice(0, TIMED_QUESTIONS).map(({ text }) => text);
  return {
    unit: 'question',
    measures: [
      { name: 'accuracy', candidate, incumbent: valuesOf(previous), best: bestValues, baseline },
      ...frozenMeasures(classifier, previous?.classifier ?? null, bestVersion?.classifier ?? null, examples),
    ],
    baselineName: 'most frequent intent',
    finite: heldOut.every(({ confidence }) => Number.isFinite(confidence)),
    time: {
      candidateMs: classifyMs(classifier, timed),
      incumbentMs: previous && classifyMs(previous.classifier, timed),
    },
  };
}

/**
 * Judges each version on utterances that none has learned from: how many it understands, how many out of scope it refuses,
 * and how many it answers with a wrong intent. An intent of the shop may be the right one, and is not wrong.
 */
function frozenMeasures(
  candidate: IntentClassifier,
  incumbent: IntentClassifier | null,
  best: IntentClassifier | null,
  examples: readonly IntentExample[],
): GateMeasure[] {
  const mostFrequent = mostFrequentIntent(examples);
  const learned = new Set(examples.map(({ text }) => textHash(text)));
  const frozen = frozenUtterances().filter(({ text }) => !learned.has(textHash(text)));
  const inScope = frozen.filter(({ intent }) => intent !== OUT_OF_SCOPE);
  const outOfScope = frozen.filter(({ intent }) => intent === OUT_OF_SCOPE);
  const measure = (name: string, of: readonly IntentExample[], value: FrozenValue, isLoss: boolean): GateMeasure => {
    const valuesOf = (version: IntentClassifier) =>
      Float64Array.from(of, ({ text, intent }) => {
        const [first] = version.classify(text);
        const isOwn = first !== undefined && !Object.hasOwn(STARTER_INTENTS, first.intent);
        const isAnswered = first !== undefined && !isOwn && first.confidence >= version.threshold;
        const isRight = isOwn || first?.intent === intent;
        return value(isAnswered, isRight) ? 1 : 0;
      });
    const baseline = Float64Array.from(of, ({ intent }) => (value(true, intent === mostFrequent) ? 1 : 0));
    return {
      ...{ name, isLoss, baseline, candidate: valuesOf(candidate) },
      ...{ incumbent: incumbent && valuesOf(incumbent), best: best && valuesOf(best) },
    };
  };
  return [
    measure('accuracy on frozen utterances', inScope, (_, isRight) => isRight, false),
    measure('refusals of frozen utterances', outOfScope, (isAnswered) => !isAnswered, false),
    measure('wrong answers to frozen utterances', frozen, (isAnswered, isRight) => isAnswered && !isRight, true),
  ];
}

type FrozenValue = (isAnswered: boolean, isRight: boolean) => boolean;

/** An example that gets another intent is another example. */
function exampleKey(hashOfText: number, intent: string): number {
  return (hashOfText ^ textHash(intent)) >>> 0;
}

function understands({ classifier, heldOut }: IntentsArtefact, { text, intent }: IntentExample): boolean {
  const known = heldOut.get(exampleKey(textHash(text), intent));
  if (known !== undefined) return known;
  const [first] = classifier.classify(text);
  if (intent === OUT_OF_SCOPE) return first === undefined || first.confidence < classifier.threshold;
  return first?.intent === intent;
}

function mostFrequentIntent(examples: readonly IntentExample[]): string {
  const counts = new Map<string, number>();
  for (const { intent } of examples) counts.set(intent, (counts.get(intent) ?? 0) + 1);
  return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

/** Returns milliseconds per question in the fastest round, because a fit runs at the lowest priority. */
function classifyMs(classifier: IntentClassifier, texts: readonly string[]): number {
  let shortestMs = Infinity;
  for (let round = 0; round < TIMED_ROUNDS; round++) {
    const began = performance.now();
    for (const text of texts) classifier.classify(text);
    shortestMs = Math.min(shortestMs, performance.now() - began);
  }
  return shortestMs / texts.length;
}
