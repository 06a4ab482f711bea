import type { CountRequests } from '../scheduling/count-requests';
import type { WordOption } from './word-options';

/** The chosen option for each word of a query; undefined if the word is left out. */
export type Choice = readonly (WordOption | undefined)[];

interface PartialChoice {
  readonly choice: Choice;
  readonly information: number;
  readonly typoCost: number;
  readonly hits: number;
}

/** Number of partial choices that the search continues with after each word. */
const BEAM_WIDTH = 10;
/** Maximum number of choices per query whose products are counted. They are divided among the query's words. */
const MAX_LOOKUPS = 60;

/**
 * Chooses one option, or none, for each word of a query, so that the chosen words co-occur in products and the words
 * left out carry as little information as possible. Among equally informative choices it prefers the lowest cost: typo
 * cost minus the logarithm of the number of products found. It is a beam search that begins with the most
 * informative words. For two words, the beam covers all choices. The generator yields each choice that it tries and
 * expects the number of products that the choice finds.
 * @param options possible meanings of each word, most likely first; empty if the word cannot be matched
 * @param information information content of each word; default: equal for all
 * @returns undefined if no word finds anything
 */
export function* cooccurringChoice(
  options: readonly (readonly WordOption[])[],
  information: readonly number[] = options.map(() => 1),
): CountRequests<Choice, Choice | undefined> {
  const order = options.map((_, at) => at).sort((a, b) => information[b] - information[a] || a - b);
  const nothing: Choice = options.map(() => undefined);
  let beam: PartialChoice[] = [{ choice: nothing, information: 0, typoCost: 0, hits: 1 }];
  let lookupsLeft = MAX_LOOKUPS;
  for (const [step, at] of order.entries()) {
    const next: PartialChoice[] = [];
    const wordOptions = options[at].slice(0, shareOf(lookupsLeft, options.length - step));
    const optionsLeft = order.slice(step + 1).reduce((sum, later) => sum + options[later].length, wordOptions.length);
    for (const before of beam.slice(0, shareOf(lookupsLeft, optionsLeft))) {
      next.push(before);
      for (const option of wordOptions) {
        if (lookupsLeft-- <= 0) break;
        const choice = before.choice.with(at, option);
        const hits = yield choice;
        if (hits === 0) continue;
        next.push({
          choice,
          information: before.information + information[at],
          typoCost: before.typoCost + option.typoCost,
          hits,
        });
      }
    }
    beam = next.sort((a, b) => b.information - a.information || costOf(a) - costOf(b)).slice(0, BEAM_WIDTH);
  }
  const [{ choice }] = beam;
  return choice.some((option) => option !== undefined) ? choice : undefined;
}

/** Returns an equal share of the remaining lookups, at least 1. */
const shareOf = (lookups: number, shareCount: number): number =>
  Math.max(1, Math.floor(lookups / Math.max(1, shareCount)));

const costOf = ({ typoCost, hits }: PartialChoice): number => typoCost - Math.log(hits);
