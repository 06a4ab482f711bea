import { singularFor } from './plurals';
import { withoutUmlauts } from './stemming';

/**
 * The endings by which the number, case and gender of a word change, by ISO 639-1 code, in groups that are exchanged for
 * each other: what follows the letters that two forms have in common. `-` is no ending. Words are folded, and double
 * letters are one.
 */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  da: ['- a e en ene ens er erne ernes ers es et ets ne nes r rne rnes s t'],
  de: ['- e em en er ern ers es n ne nen ner nes ns s se sen ses'],
  en: ['- s es zes ses', 'y ies', 'f fe fs ves'],
  es: ['- a as e es o os s n nes', 'z ces'],
  fr: [
    '- s e es x l le les n ne nes t te tes se ses',
    'al als ale ales aux',
    'f fs ve ves',
    'er ers ere eres',
    'x se ses',
  ],
  it: ['- a e i o', 'io i ia ie', 'co ca chi che ci ce', 'go ga ghi ghe gi ge', 'cio cia ci ce', 'gio gia gi ge'],
  nl: ['- e en er eren ers es n r ren s', 'f ve ven', 's ze zen'],
  no: ['- a e en ene ens er erne ers es et ets ne r rne s t'],
  pt: ['- a as e es o os s', 'ao aos oes aes a as', 'm ns', 'l is eis', 'z zes'],
  ru: [
    '- а я о е и ы у ю й ь ой ей ом ем ам ям ами ями ах ях ов ев ий ый ая яя ое ее ые ие его ого ему ому им ым ими ыми их ых ую юю',
    'ие ия ию ии ием иями иях иям ий',
    'ок ка ки ку ке кой кам ками ках', // игрушка, игрушек
    'ек ка ки ку ке кой кам ками ках',
  ],
  sv: ['- a an ans ar arna arnas ars as e en ens er erna ernas ers es et ets n na nas ns or orna ornas ors r s t'],
};

const endingsOf: ReadonlyMap<string, readonly ReadonlySet<string>[]> = new Map(
  Object.entries(ENDINGS).map(([language, groups]) => [
    language,
    groups.map((group) => new Set(group.split(' ').map((ending) => (ending === '-' ? '' : ending)))),
  ]),
);

const DOUBLE_LETTERS = /(.)\1/g;
/** Letters that two forms have in common can belong to their endings: `boeken` and `boeket` have the ending `en`. */
const MAX_SHARED_LETTERS = 2;

/** Returns whether {@link isSameWord} distinguishes words of a language. @param language ISO 639-1 */
export const hasEndings = (language: string): boolean => endingsOf.has(language);

/**
 * Returns whether two folded words with the same stem are forms of one word, such as singular and plural. If not, one is
 * derived from the other, as `clothing` from `cloth`, or both from a third, as `university` and `universal`. In a
 * language without known endings, all words with the same stem are forms of one word.
 */
export function isSameWord(a: string, b: string, language: string): boolean {
  const groups = endingsOf.get(language);
  if (a === b || groups === undefined) return true;
  const [first, second] = [plainForm(a, language), plainForm(b, language)];
  let common = 0;
  while (common < first.length && first[common] === second[common]) common++;
  for (let at = common; at > 0 && at >= common - MAX_SHARED_LETTERS; at--) {
    const [ending, other] = [first.slice(at), second.slice(at)];
    if (groups.some((group) => group.has(ending) && group.has(other))) return true;
  }
  return false;
}

const MAX_MEMO_SIZE = 20_000;
/** By language: words and their plain forms. */
const memos = new Map<string, Map<string, string>>();

function plainForm(word: string, language: string): string {
  let memo = memos.get(language);
  if (memo === undefined) memos.set(language, (memo = new Map<string, string>()));
  const known = memo.get(word);
  if (known !== undefined) return known;
  if (memo.size === MAX_MEMO_SIZE) memo.clear();
  const singular = singularFor(language)(word);
  const plain = (language === 'de' ? withoutUmlauts(singular) : singular).replace(DOUBLE_LETTERS, '$1');
  memo.set(word, plain);
  return plain;
}
