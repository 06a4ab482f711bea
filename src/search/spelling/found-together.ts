import type { Asking } from '../turns/asking';
import type { WordOption } from './word-options';

/** For each word of a query what it was taken for; undefined where it is left out. */
export type Choice = readonly (WordOption | undefined)[];

interface Partial {
  readonly choice: Choice;
  readonly information: number;
  readonly slip: number;
  readonly hits: number;
}

/** Choices that are followed at a time, at most, and questions that one query may cost: they last to its last word. */
const FOLLOWED = 10;
const MAX_LOOKUPS = 60;

/**
 * Of each word of a query one meaning, or none, so that products have the words together and the words left out say as little as
 * possible; of several such choices the one whose slips are likeliest, weighed against how much it finds. A beam search: word by word,
 * the one that says most first, the best few choices are followed, which of two words are all there are. Asks how many products a choice
 * finds.
 * @param options of each word what it may have meant, the likeliest first; none where it is hopeless
 * @param information how much each word says; alike where it is not given
 * @returns undefined where no word finds anything
 */
export function* foundTogether(
  options: readonly (readonly WordOption[])[],
  information: readonly number[] = options.map(() => 1),
): Asking<Choice, Choice | undefined> {
  const order = options.map((_, at) => at).sort((a, b) => information[b] - information[a] || a - b);
  const nothing: Choice = options.map(() => undefined);
  let followed: Partial[] = [{ choice: nothing, information: 0, slip: 0, hits: 1 }];
  let left = MAX_LOOKUPS;
  for (const [step, at] of order.entries()) {
    const next: Partial[] = [];
    const own = options[at].slice(0, shareOf(left, options.length - step));
    const toCome = order.slice(step + 1).reduce((sum, later) => sum + options[later].length, own.length);
    for (const before of followed.slice(0, shareOf(left, toCome))) {
      next.push(before);
      for (const option of own) {
        if (left-- <= 0) break;
        const choice = before.choice.with(at, option);
        const hits = yield choice;
        if (hits === 0) continue;
        next.push({ choice, information: before.information + information[at], slip: before.slip + option.slip, hits });
      }
    }
    followed = next.sort((a, b) => b.information - a.information || costOf(a) - costOf(b)).slice(0, FOLLOWED);
  }
  const [{ choice }] = followed;
  return choice.some((option) => option !== undefined) ? choice : undefined;
}

/** Of what is left, for each of those still to come; one at least. */
const shareOf = (left: number, toCome: number): number => Math.max(1, Math.floor(left / Math.max(1, toCome)));

const costOf = ({ slip, hits }: Partial): number => slip - Math.log(hits);
