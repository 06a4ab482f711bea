import { titleKey } from './known-item';

/**
 * Whether some words still identify a title: no other title has all of them. By looking at every title, and with words as they
 * are written, so that no engine's idea of a word comes in.
 * @returns a function of a query's text and the title that it was made of
 */
export function identification(titles: readonly string[]): (text: string, title: string) => boolean {
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
