import type { Asking } from '../turns/asking';
import type { WordOption } from './word-options';

/** For each word of a query what it was taken for; undefined where it is left out. */
export type Choice = readonly (WordOption | undefined)[];

interface Partial {
  readonly choice: Choice;
  readonly taken: number;
  readonly slip: number;
  readonly hits: number;
}

/** Choices that are followed at a time, at most, and questions that one query may cost: they last to its last word. */
const FOLLOWED = 10;
const MOST_TRIES = 60;

/**
 * Of each word of a query that one meaning, or none, with which products have as many of them together as possible; of several
 * such choices the one whose slips are likeliest, weighed against how much it finds. A beam search: word by word, the best few
 * choices are followed, which of two words are all there are. Asks how many products have all of some words.
 * @param options of each word what it may have meant, the likeliest first; none where it is hopeless
 * @returns undefined where no word finds anything
 */
export function* foundTogether(
  options: readonly (readonly WordOption[])[],
  tries = MOST_TRIES,
): Asking<readonly string[], Choice | undefined> {
  let followed: Partial[] = [{ choice: [], taken: 0, slip: 0, hits: 1 }];
  let left = tries;
  for (const [at, all] of options.entries()) {
    const next: Partial[] = [];
    const own = all.slice(0, shareOf(left, options.length - at));
    const toCome = options.slice(at + 1).reduce((sum, { length }) => sum + length, own.length);
    for (const before of followed.slice(0, shareOf(left, toCome))) {
      next.push({ ...before, choice: [...before.choice, undefined] });
      for (const option of own) {
        if (left-- <= 0) break;
        const choice = [...before.choice, option];
        const hits = yield choice.flatMap((one) => one?.words ?? []);
        if (hits > 0) next.push({ choice, taken: before.taken + 1, slip: before.slip + option.slip, hits });
      }
    }
    followed = next.sort((a, b) => b.taken - a.taken || costOf(a) - costOf(b)).slice(0, FOLLOWED);
  }
  const [best] = followed;
  return best.taken > 0 ? best.choice : undefined;
}

/** Of what is left, for each of those still to come; one at least. */
const shareOf = (left: number, toCome: number): number => Math.max(1, Math.floor(left / Math.max(1, toCome)));

const costOf = ({ slip, hits }: Partial): number => slip - Math.log(hits);
