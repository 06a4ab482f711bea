import { ByteReader } from '../../learn/byte-reader';
import { ByteWriter } from '../../learn/byte-writer';
import { countFeatures } from './count-features';
import { confidencesOf, type ConfidenceModel } from './confidence';
import { FeatureSpace } from './feature-space';
import type { RankedIntent } from './intent-example';
import { IntentScorer } from './intent-scorer';

const MAGIC = 'intent-classifier';
/** Increment it with every change to the bytes, the features of a text or the meaning of the confidence. */
const VERSION = 2;
/** Number of intents that `classify` returns, if the classifier has as many. */
const MAX_RANKED = 5;

/** Finds the intent of a sentence. `fitIntentClassifier` makes it. It is immutable. */
export class IntentClassifier {
  /**
   * @param intents names of the intents, without `OUT_OF_SCOPE`
   * @param threshold a sentence whose best intent has less confidence should not be answered
   */
  constructor(
    readonly intents: readonly string[],
    readonly threshold: number,
    private readonly space: FeatureSpace,
    private readonly scorer: IntentScorer,
    private readonly confidence: ConfidenceModel,
  ) {}

  /**
   * Returns the most likely intents, best first: {@link MAX_RANKED} of them, or all if there are fewer. Any string is
   * allowed; only its first `MAX_TEXT_LENGTH` code units are read. If no feature of the text is known, all confidences
   * are 0.
   */
  classify(text: string): RankedIntent[] {
    const vector = this.space.vectorOf(countFeatures(text));
    if (vector.members.length === 0)
      return this.intents.slice(0, MAX_RANKED).map((intent) => ({ intent, confidence: 0 }));
    const confidences = confidencesOf(this.scorer.scores(vector), this.confidence);
    return Array.from(confidences, (confidence, at) => ({ intent: this.intents[at], confidence }))
      .sort((a, b) => b.confidence - a.confidence)
      .slice(0, MAX_RANKED);
  }

  encode(): Uint8Array {
    const writer = new ByteWriter();
    writer.string(MAGIC);
    writer.varint(VERSION);
    writer.varint(this.intents.length);
    for (const intent of this.intents) writer.string(intent);
    writer.f64(this.threshold);
    writer.f64(this.confidence.scoreSlope);
    writer.f64(this.confidence.oddsSlope);
    writer.f64(this.confidence.intercept);
    this.space.encode(writer);
    this.scorer.encode(writer);
    return writer.detach();
  }

  /** @throws Error if the bytes are not those of a classifier of this version, RangeError if they are cut short */
  static decode(bytes: Uint8Array): IntentClassifier {
    const reader = new ByteReader(bytes);
    reader.expectHeader(MAGIC, VERSION);
    const intents = Array.from({ length: reader.varint() }, () => reader.string());
    const threshold = reader.f64();
    const confidence = { scoreSlope: reader.f64(), oddsSlope: reader.f64(), intercept: reader.f64() };
    const space = FeatureSpace.decode(reader);
    const scorer = IntentScorer.decode(reader, space.columns, intents.length);
    return new IntentClassifier(intents, threshold, space, scorer, confidence);
  }
}
