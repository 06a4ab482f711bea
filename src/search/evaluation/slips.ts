const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Words that slips are made in: long enough that one leaves something to go by. */
const SLIPPERY = /^[a-z]{4,}$/;

export function maySlip(word: string): boolean {
  return SLIPPERY.test(word);
}

/** One slip: a letter left out, put in, or another one, or two neighbours swapped; each kind, place and letter as likely. */
export function withSlip(word: string, random: () => number): string {
  const below = (n: number) => Math.floor(random() * n);
  for (;;) {
    const slipped = slip(word, below(4), below(word.length), LETTERS[below(LETTERS.length)]);
    if (slipped !== word) return slipped;
  }
}

function slip(word: string, kind: number, at: number, letter: string): string {
  const [before, here, after] = [word.slice(0, at), word[at], word.slice(at + 1)];
  if (kind === 0) return before + after;
  if (kind === 1) return before + letter + here + after;
  if (kind === 2) return before + letter + after;
  return before + after.slice(0, 1) + here + after.slice(1);
}
