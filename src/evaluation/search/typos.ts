const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Words that get typos. They are long enough to be recognizable with a typo. */
const TYPO_WORD = /^[a-z]{4,}$/;

export function allowsTypos(word: string): boolean {
  return TYPO_WORD.test(word);
}

/**
 * Adds one typo: a deletion, insertion, substitution or transposition. Kinds, positions and letters are equally likely.
 */
export function withTypo(word: string, random: () => number): string {
  const below = (n: number) => Math.floor(random() * n);
  for (;;) {
    const changedWord = applyTypo(word, below(4), below(word.length), LETTERS[below(LETTERS.length)]);
    if (changedWord !== word) return changedWord;
  }
}

function applyTypo(word: string, kind: number, at: number, letter: string): string {
  const [before, here, after] = [word.slice(0, at), word[at], word.slice(at + 1)];
  if (kind === 0) return before + after;
  if (kind === 1) return before + letter + here + after;
  if (kind === 2) return before + letter + after;
  return before + after.slice(0, 1) + here + after.slice(1);
}
