import type { ActiveModel } from '../../models/active-model.service';
import type { IntentsArtefact } from './intents-artefact';
import { partsOf } from './message-parts';
import type { IntentCandidate, UnderstoodMessage } from './understood-message';

/** Number of intents that are stored with a message. */
const MAX_CANDIDATES = 3;

/** Intents that a message has only if no part of it has another one. */
export const POLITE_INTENTS: ReadonlySet<string> = new Set(['greeting', 'thanks']);

/** A sentence of a short message has another intent than the message only if that of the message is less probable. */
const MIN_WHOLE_CONFIDENCE = 0.3;
/** In a long message, a question says what it asks unless another sentence is more probable by this much. */
const QUESTION_LEAD = 0.1;
const QUESTION = /[?？]\s*$/u;

/** A message and the part of it that says what it asks. */
export interface UnderstoodText extends UnderstoodMessage {
  readonly part: string;
}

/** Understands messages with the active model of intents. */
export class UnderstandingService {
  constructor(private readonly model: Pick<ActiveModel<IntentsArtefact>, 'current' | 'version'>) {}

  /**
   * Returns the intent of a message if its probability reaches the threshold of the model. A sentence says what a long
   * message asks: one that asks for a person, or else the most probable question, or else any. In a short message, a
   * sentence only makes the intent of the whole message certain, unless that has none.
   * @param simplify replaces what the model has not learned, such as the numbers of orders, in a part of the text
   */
  understand(text: string, simplify: (part: string) => string = (part) => part): UnderstoodText {
    const { version: modelVersion } = this.model;
    const current = this.model.current?.classifier;
    if (current === undefined)
      return { intent: null, confidence: null, candidates: [], modelVersion: null, part: text };
    const read = (part: string): ReadPart => {
      const [best, ...others] = current.classify(simplify(part));
      const candidates = best === undefined ? [] : [best, ...others.slice(0, MAX_CANDIDATES - 1)];
      return { part, candidates, best, isCertain: best !== undefined && best.confidence >= current.threshold };
    };
    const parts = partsOf(text);
    const whole = parts.whole === undefined ? undefined : read(parts.whole);
    const sentences = parts.sentences.map(read).sort((a, b) => confidenceOf(b) - confidenceOf(a));
    const { part, candidates, best, isCertain } = choosePart(whole, sentences);
    return {
      intent: isCertain ? best!.intent : null,
      confidence: best?.confidence ?? 0,
      ...{ candidates, modelVersion, part: part === parts.whole ? text : part },
    };
  }
}

interface ReadPart {
  readonly part: string;
  readonly candidates: readonly IntentCandidate[];
  readonly best: IntentCandidate | undefined;
  readonly isCertain: boolean;
}

/** @param sentences the most probable first; one at least if there is no whole */
function choosePart(whole: ReadPart | undefined, sentences: readonly ReadPart[]): ReadPart {
  const isAnswerable = ({ best, isCertain }: ReadPart) => isCertain && !POLITE_INTENTS.has(best!.intent);
  if (whole === undefined)
    return (
      sentences.find((sentence) => sentence.isCertain && sentence.best!.intent === 'speak-to-person') ??
      likeliest(sentences.filter((sentence) => isAnswerable(sentence) && sentence.best!.intent !== 'complaint')) ??
      sentences.find(isAnswerable) ??
      sentences[0]!
    );
  if (isAnswerable(whole)) return whole;
  const { best } = whole;
  const hasIntent = best !== undefined && !POLITE_INTENTS.has(best.intent) && best.confidence >= MIN_WHOLE_CONFIDENCE;
  const isSame = (sentence: ReadPart) => !hasIntent || sentence.best!.intent === best.intent;
  return sentences.find((sentence) => isAnswerable(sentence) && isSame(sentence)) ?? whole;
}

/** A story complains at times, and asks at its end. */
function likeliest(sentences: readonly ReadPart[]): ReadPart | undefined {
  const worth = (one: ReadPart) => confidenceOf(one) + (QUESTION.test(one.part) ? QUESTION_LEAD : 0);
  return sentences.toSorted((a, b) => worth(b) - worth(a))[0];
}

function confidenceOf({ best }: ReadPart): number {
  return best?.confidence ?? 0;
}
