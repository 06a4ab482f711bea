import type { AnswerLanguage } from '../language/languages';
import type { LanguageAnalyzer } from '../../search-engine/text/language-analyzer';
import { lexiconOf } from '../language/lexicon';
import { REQUESTED } from './acts';
import { askedKinds, isFrameAt } from './asked-kind';
import { askedUnitsOf } from './asked-units';
import { isLongMessage } from './message-parts';

const SENTENCE_END = /(?<=[!?。！？;；])\s*|(?<=\.)\s+|\n+/u;
/** Where another question may begin inside a sentence. */
const JOINTS: Readonly<Record<AnswerLanguage, RegExp>> = {
  en: /,\s*(?:and\s+|also\s+)*|\s(?:and|&|\+)\s+(?:also\s+)?/giu,
  de: /,\s*(?:und\s+|auch\s+)*|\s(?:und|sowie|&|\+)\s+(?:auch\s+)?/giu,
  fr: /,\s*(?:et\s+|aussi\s+)*|\s(?:et|&|\+)\s+(?:aussi\s+)?/giu,
  es: /,\s*(?:y\s+|e\s+|tambien\s+|también\s+)*|\s(?:y|e|&|\+)\s+(?:también\s+)?/giu,
  zh: /[，,、]\s*(?:还有|另外|以及|并且)?|另外|还有|以及/gu,
  ja: /[、,]\s*(?:あと|それと|それから|また)?/gu,
};
/** A longer message is one question, and so is what follows so many joints. */
const MAX_LENGTH = 500;
const MAX_JOINTS = 10;
/** A question begins with what it asks for, at most this many characters after the joint. */
const MAX_BEFORE_FRAME = 4;

/**
 * Returns the questions and requests of a message, in their order. What asks nothing belongs to the question after it,
 * and a question that says nothing by itself (`how long does it take?`) to the one before.
 */
export function questionsOf(text: string, language: AnswerLanguage, analyzer: LanguageAnalyzer): readonly string[] {
  // A story asks at its end.
  if (isLongMessage(text) || text.length > MAX_LENGTH) return [text];
  const parts = text.split(SENTENCE_END).flatMap((sentence) => splitAtJoints(sentence, language));
  const questions: string[] = [];
  let before = '';
  for (const part of parts) {
    const whole = `${before} ${part}`.trim();
    const isQuestion = asksOrRequests(part, language);
    const says = (text: string) => {
      const units = askedUnitsOf(text, language, analyzer);
      return (
        units.some(({ concepts }) => concepts.length > 0) || (units.length > 0 && !lexiconOf(language).has('it', text))
      );
    };
    const isOfBefore = questions.length > 0 && asksOfIt(part, language);
    const standsAlone = isQuestion && !isOfBefore && (says(part) || /\d/.test(whole) || says(whole));
    if (isQuestion && !standsAlone && questions.length > 0) questions.push(`${questions.pop()!} ${whole}`);
    else if (standsAlone) questions.push(whole);
    before = isQuestion && (standsAlone || questions.length > 0) ? '' : whole;
  }
  if (questions.length < 2) return [text];
  if (before !== '') questions.push(`${questions.pop()!} ${before}`);
  return questions;
}

/** Chinese and Japanese ask at the end of a part, other languages at its begin. */
function splitAtJoints(sentence: string, language: AnswerLanguage): string[] {
  const { isUnspaced } = lexiconOf(language);
  const parts: string[] = [];
  let from = 0;
  for (const { 0: joint, index } of [...sentence.matchAll(JOINTS[language])].slice(0, MAX_JOINTS)) {
    const after = index + joint.length;
    const [before, rest] = [sentence.slice(from, index), sentence.slice(after)];
    const isJoint = isUnspaced
      ? asks(before, language) && asks(rest, language)
      : asks(before, language) && isFrameAt(rest, language, MAX_BEFORE_FRAME);
    if (!isJoint) continue;
    parts.push(before);
    from = after;
  }
  return [...parts, sentence.slice(from)];
}

/** Returns whether a question asks for a time of the question before: `how long is it kept?` */
function asksOfIt(part: string, language: AnswerLanguage): boolean {
  const kinds = askedKinds(part, language);
  return (
    (kinds.has('DURATION') || kinds.has('DAY')) && lexiconOf(language).has('it', part) && !requests(part, language)
  );
}

/** Returns whether a sentence asks or requests something. */
export function asksOrRequests(part: string, language: AnswerLanguage): boolean {
  return asks(part, language) || requests(part, language);
}

/** Returns the sentences of a text. */
export function sentencesOf(text: string): string[] {
  return text.split(SENTENCE_END).filter((sentence) => sentence.trim() !== '');
}

function requests(part: string, language: AnswerLanguage): boolean {
  const lexicon = lexiconOf(language);
  if (lexicon.has('hasCancelled', part)) return false;
  return REQUESTED.some((list) => lexicon.has(list, part));
}

function asks(part: string, language: AnswerLanguage): boolean {
  if (/[?？]\s*$/u.test(part) || isFrameAt(part, language, MAX_BEFORE_FRAME)) return true;
  // `Which` inside of a sentence begins a clause about what stands before it.
  const kinds = askedKinds(part, language);
  return lexiconOf(language).isUnspaced ? kinds.size > 0 : [...kinds].some((kind) => kind !== 'WHICH');
}
