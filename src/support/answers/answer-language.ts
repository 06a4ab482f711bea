import { functionWords } from '../../search-engine/text/function-words';
import { GENERIC_WORDS } from '../understanding/generic-words';
import type { AnswerLanguage } from './templates';

const HAN = /\p{Script=Han}/u;
/** A word of a script that Chinese does not have: of Japanese, Korean, Russian, Arabic. One letter may be a unit. */
const OTHER_SCRIPT =
  /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|(?:(?![\p{Script=Han}\p{Script=Latin}\p{Script=Bopomofo}\p{Script=Common}\p{Script=Inherited}])\p{L}){2}/u;
const LATIN_WORD = /\p{Script=Latin}{2,}/gu;
/** Characters of which nearly every Chinese sentence has one, and few names; and actions, which stand alone. */
const CHINESE_FUNCTION_CHARACTER =
  /[的了吗嗎呢吧是我你您他她它们們在有没沒不哪什么麼怎请請想要能可这這那个個和与與到给給帮幫谢謝还還就也都被把让讓再多少几幾]|取消|退款|退货|退貨|换货|換貨|发货|發貨|查询|查詢|投诉|投訴|人工/gu;
/** With Chinese function characters, one word of a language in Latin script may be a part of a name. */
const MIN_LATIN_WORDS = 2;
const LATIN_LANGUAGES = ['da', 'de', 'en', 'es', 'fi', 'fr', 'it', 'nl', 'no', 'pt', 'sv'];
const SUPPORT_WORDS =
  'order orders parcel package delivery delivered deliver cancel return refund exchange invoice tracking track status address payment paid received name customer hello hi hey thanks please help buy find';

let latinWords: ReadonlySet<string> | undefined;

function isLatinFunctionWord(word: string): boolean {
  latinWords ??= new Set([
    ...LATIN_LANGUAGES.flatMap((language) => [...functionWords(language)]),
    ...[...GENERIC_WORDS, ...SUPPORT_WORDS.split(' ')],
  ]);
  return latinWords.has(word.toLowerCase());
}

/**
 * Returns the language of an answer. A text of Chinese characters has the language of the conversation, or else Chinese.
 * A sentence of another language is not answered in Chinese, also if it has a Chinese name.
 * @param conversationLanguage BCP 47
 */
export function answerLanguageOf(text: string, conversationLanguage: string | null): AnswerLanguage {
  const ofConversation =
    conversationLanguage === null || !/^(?:zh|cmn|yue)\b/i.test(conversationLanguage) ? 'en' : 'zh';
  const plain = text.normalize('NFKC');
  if (!HAN.test(plain)) return /\p{L}/u.test(plain) ? 'en' : ofConversation;
  if (OTHER_SCRIPT.test(plain) || isLatinSentence(plain)) return 'en';
  return conversationLanguage === null ? 'zh' : ofConversation;
}

function isLatinSentence(text: string): boolean {
  const latin = (text.match(LATIN_WORD) ?? []).filter(isLatinFunctionWord).length;
  const chinese = text.match(CHINESE_FUNCTION_CHARACTER)?.length ?? 0;
  return latin >= (chinese === 0 ? 1 : MIN_LATIN_WORDS) && latin > chinese;
}
