import { seededRandom } from '../src/learn/seeded-random';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];

/**
 * `uniform`: every edit of every letter is equally likely. `keyboard`: letters are replaced by a neighbour on the
 * keyboard, and the first letter is usually right.
 */
export type TypoKind = 'uniform' | 'keyboard';

export interface Typo {
  readonly meant: string;
  readonly typed: string;
}

/**
 * Makes one typo in each word: an added, missing or replaced letter, or two swapped neighbours. The result depends only
 * on the seed.
 */
export function typos(words: readonly string[], kind: TypoKind, seed: number): Typo[] {
  const random = seededRandom(seed);
  const below = (n: number): number => Math.floor(random() * n);
  return words.map((meant) => {
    for (;;) {
      const at = kind === 'keyboard' && random() < 0.9 ? 1 + below(meant.length - 1) : below(meant.length);
      const letter = (beside: string): string =>
        kind === 'uniform' ? LETTERS[below(LETTERS.length)] : keyBeside(beside, below);
      const typed = slip(meant, at, below(4), letter);
      if (typed !== meant) return { meant, typed };
    }
  });
}

function slip(word: string, at: number, edit: number, letter: (beside: string) => string): string {
  const [before, after] = [word.slice(0, at), word.slice(at + 1)];
  if (edit === 0) return before + after;
  if (edit === 1) return before + word[at] + letter(word[at]) + after;
  if (edit === 2) return before + letter(word[at]) + after;
  return at + 1 < word.length ? before + word[at + 1] + word[at] + word.slice(at + 2) : word;
}

function keyBeside(letter: string, below: (n: number) => number): string {
  const row = ROWS.find((keys) => keys.includes(letter)) ?? ROWS[0];
  const at = row.indexOf(letter) + (below(2) === 0 ? -1 : 1);
  return row[at] ?? letter;
}
