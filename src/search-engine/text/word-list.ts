/** The lists in `word-lists`, by language (ISO 639-1). docs/libraries.md names their sources. */
const LISTS = new Set(['da', 'de', 'en', 'en-frequent', 'es', 'fr', 'it', 'nl', 'no', 'pt', 'ru', 'sv']);

const loaded = new Map<string, string>();

/**
 * Returns whether a word is in the word list of a language, which has its usual words of 3 to 10 letters. A list is
 * loaded at first use and takes 0.2 to 0.6 MB, and 1.4 MB in Russian.
 * @param language ISO 639-1 @param word folded, as in the index
 */
export function isInWordList(language: string, word: string): boolean {
  return isIn(listOf(language), word);
}

/** Returns whether a word is among the most frequent words of a language. Only English has such a list. */
export function isFrequentWord(language: string, word: string): boolean {
  return isIn(listOf(`${language}-frequent`), word);
}

/** Searches a list by bisection. */
function isIn(list: string, word: string): boolean {
  let [low, high] = [0, list.length - 1];
  while (low < high) {
    const start = list.lastIndexOf(' ', (low + high) >> 1) + 1;
    const end = list.indexOf(' ', start);
    const other = list.slice(start, end);
    if (other === word) return true;
    if (other < word) low = end;
    else high = start - 1;
  }
  return false;
}

/** Returns the sorted words of a list, each between spaces. */
function listOf(name: string): string {
  if (!LISTS.has(name)) return '';
  let list = loaded.get(name);
  if (list === undefined) {
    // An import would load the lists of all languages.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    list = (require(`./word-lists/${name}`) as { readonly default: string }).default;
    loaded.set(name, list);
  }
  return list;
}
