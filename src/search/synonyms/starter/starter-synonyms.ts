import type { SynonymRule } from '../../../search-engine/text/synonyms';
import { ENGLISH } from './english';
import { GERMAN } from './german';

/** The lists by language (ISO 639-1). */
const LISTS: Readonly<Record<string, string>> = { de: GERMAN, en: ENGLISH };

/** The languages that have starter synonyms, as ISO 639-1 codes. */
export const STARTER_LANGUAGES: readonly string[] = Object.keys(LISTS);

const parsedByLanguage = new Map<string, readonly SynonymRule[]>();

/** Returns the starter synonyms of a language (ISO 639-1); none for other languages. A list is parsed at first use. */
export function starterSynonymsOf(language: string): readonly SynonymRule[] {
  let rules = parsedByLanguage.get(language);
  if (rules === undefined && STARTER_LANGUAGES.includes(language))
    parsedByLanguage.set(language, (rules = parseSynonyms(LISTS[language])));
  return rules ?? [];
}

/** Parses groups of synonyms, one a line: `a, b` is a TWO_WAY rule, `a, b => c` a ONE_WAY rule, `#` begins a comment. */
function parseSynonyms(text: string): SynonymRule[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [words, finds] = line.split(' => ').map((side) => side.split(', '));
    return finds === undefined ? { kind: 'TWO_WAY', words } : { kind: 'ONE_WAY', words, finds };
  });
}
