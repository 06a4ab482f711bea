import { titleKey } from './known-item';

/**
 * Returns a function that decides whether the words of a query identify a title, that is, no other title has all of
 * them. It compares the query with every title, by words as written, so that it does not depend on any engine's
 * tokenization.
 * @returns a function of the query's text and of the title from which the query was made
 */
export function titleIdentifier(titles: readonly string[]): (text: string, title: string) => boolean {
  const all = new Map(titles.map((title) => [titleKey(title), new Set(wordsOf(title))]));
  return (text, title) => {
    const own = titleKey(title);
    const words = wordsOf(text);
    for (const [key, others] of all) if (key !== own && words.every((word) => others.has(word))) return false;
    return words.length > 0;
  };
}

function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}
