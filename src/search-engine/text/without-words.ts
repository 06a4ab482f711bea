/** Folded words that say that something is not in a product: before its name, and after it. By ISO 639-1 code. */
const WORDS: Readonly<Record<string, readonly [without: string, otherBefore: string, after: string]>> = {
  cs: ['bez', '', ''],
  da: ['uden', 'ingen', 'fri'],
  de: ['ohne', 'kein keine null', 'frei'],
  en: ['without', 'no zero', 'free less'],
  es: ['sin', '', 'libre'],
  fr: ['sans', 'zero', ''],
  it: ['senza', 'zero', ''],
  nl: ['zonder', 'geen', 'vrij'],
  no: ['uten', 'ingen', 'fri'],
  pl: ['bez', '', ''],
  pt: ['sem', 'zero', 'livre'],
  ru: ['без', '', ''],
  sv: ['utan', 'ingen', 'fri'],
};

const wordsOf = (language: string, kinds: readonly number[]): string[] =>
  Object.hasOwn(WORDS, language) ? kinds.flatMap((kind) => WORDS[language][kind].split(' ').filter(Boolean)) : [];

/** Returns whether a word of a query says `without`: products that have what the next word names are not meant. */
export const isWithoutWord = (language: string, surface: string): boolean => wordsOf(language, [0]).includes(surface);

/** Returns the words by which a product says that it is without something. */
export const withoutWords = (
  language: string,
): { readonly before: readonly string[]; readonly after: readonly string[] } => ({
  before: wordsOf(language, [0, 1]),
  after: wordsOf(language, [2]),
});
