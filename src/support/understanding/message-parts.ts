import { wordsOf } from './text-words';

/** Messages with more words are understood by their sentences alone: the model has learned from single sentences. */
const MAX_WHOLE_WORDS = 40;
/** Number of sentences of a message that are read, from its end: people say last what they want. */
const MAX_SENTENCES = 40;
/** A sentence with fewer words says nothing by itself. */
const MIN_SENTENCE_WORDS = 2;
/** Chinese has about this many characters for each word. */
const CHARACTERS_PER_WORD = 2;

const SENTENCE_END = /(?<=[!?。！？;；])\s*|(?<=\.)(?<!\b(?:no|nr|mr|mrs|ms|dr|st|vs|approx|e\.g|i\.e)\.)\s+|\n+/iu;
const MARKUP = /<[^<>]{1,500}>/g;
/** A greeting or thanks in front of something else. */
const POLITE_START =
  /^\s*(?:(?:hi+|hello+|hey+|hiya|hola|yo|good (?:morning|day|afternoon|evening)|dear \w+|thanks(?: a lot| so much)?|thank you(?: very much)?|ok(?:ay)?|hallo|guten (?:morgen|tag|abend)|moin|servus|gr(?:ü|u|ue)(?:ß|ss) gott|danke(?: schön)?|vielen dank|bonjour|bonsoir|salut|merci(?: beaucoup)?|buen[oa]s(?: d[ií]as| tardes| noches)?|(?:muchas )?gracias)(?: there| again| everyone| team| zusammen| à tous)?(?![-\p{L}\p{N}])|您好|你好|早上好|下午好|晚上好|谢谢|请问|こんにちは|こんばんは|おはようございます|はじめまして|ありがとうございます)[\s\p{P}\p{S}]*/iu;

/** The texts of which one may say what a message asks, without markup. */
export interface MessageParts {
  /** The message itself; undefined if it is long. */
  readonly whole: string | undefined;
  /** Its sentences without the greeting in front; none has fewer than two words. */
  readonly sentences: readonly string[];
}

/** Splits a message into sentences. */
export function partsOf(message: string): MessageParts {
  const text = message.replaceAll(MARKUP, ' ');
  const sentences = text
    .split(SENTENCE_END)
    .slice(-MAX_SENTENCES)
    .map(withoutGreetings)
    .filter((sentence) => lengthOf(sentence) >= MIN_SENTENCE_WORDS);
  const isShort = !isLongMessage(text) || sentences.length === 0;
  return { whole: isShort ? text : undefined, sentences: [...new Set(sentences)] };
}

/** Returns whether a message is understood by its sentences alone. */
export function isLongMessage(text: string): boolean {
  return lengthOf(text) > MAX_WHOLE_WORDS;
}

function withoutGreetings(sentence: string): string {
  let rest = sentence.trim();
  for (let before = ''; rest !== before;) {
    before = rest;
    rest = rest.replace(POLITE_START, '');
  }
  return rest;
}

function lengthOf(text: string): number {
  const words = wordsOf(text);
  const characters = words.filter(({ isCharacter }) => isCharacter).length;
  return words.length - characters + characters / CHARACTERS_PER_WORD;
}
