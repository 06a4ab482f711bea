const WORD = /^[a-z]{4,}$/;

/** Returns whether {@link toggleGrammaticalNumber} is meaningful for an English word. */
export function hasPluralForm(word: string): boolean {
  return WORD.test(word) && !/(?:ss|us|is|ous)$/.test(word);
}

/**
 * Converts an English singular to the plural, or a plural to the singular, by the regular rules.
 * @param word lower case
 */
export function toggleGrammaticalNumber(word: string): string {
  if (/[^aeiou]ies$/.test(word) && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:x|ch|sh|ss|zz)es$/.test(word)) return word.slice(0, -2);
  if (word.endsWith('s')) return word.slice(0, -1);
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(?:x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}
