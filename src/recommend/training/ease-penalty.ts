import { compressRows } from '../../learn/compressed-rows';
import { easeScores, rebuildEase } from '../../learn/ease';
import type { Kernels } from '../../learn/wasm';
import type { TransitionWindow } from './history-transitions';
import { mostFrequentProducts, transitionQuality } from './transition-quality';

/** Penalties λ to try, ascending. */
const PENALTIES = [30, 100, 300, 1_000, 3_000];
/** Index of the penalty with which the search starts. */
const FIRST_PENALTY = 2;
/** Maximum number of products in the fits that select the penalty. */
const CHOICE_PRODUCTS = 1_500;
/** Maximum number of customers on whom these fits are evaluated. */
const CHOICE_CUSTOMERS = 600;

/**
 * Returns the λ of EASE with the best NDCG@10 on one window: EASE is fitted on the histories before the window and
 * evaluated on the purchases within it. The search is hill climbing from the middle penalty.
 * @param products number of products in the product table
 */
export function chooseEasePenalty(
  { transitions }: TransitionWindow,
  products: number,
  kernels: Kernels,
): { lambda: number; tried: string } {
  const fittedProducts = mostFrequentProducts([{ start: 0, transitions }], products, CHOICE_PRODUCTS);
  const indexOf = new Int32Array(products).fill(-1);
  fittedProducts.forEach((product, index) => (indexOf[product] = index));
  const histories = compressRows(
    transitions.map(({ before }) => before.map((product) => indexOf[product]).filter((index) => index >= 0)),
    fittedProducts.length,
  );
  const qualities = new Map<number, number>();
  const qualityOf = (choice: number): number => {
    const known = qualities.get(choice);
    if (known !== undefined) return known;
    const ease = rebuildEase(histories, PENALTIES[choice], kernels);
    const quality = transitionQuality(transitions, indexOf, fittedProducts.length, CHOICE_CUSTOMERS, (history, out) =>
      out.set(easeScores(ease, { members: Int32Array.from(history).sort() })),
    );
    qualities.set(choice, quality);
    return quality;
  };
  let best = FIRST_PENALTY;
  if (fittedProducts.length > 0) {
    for (const step of [1, -1]) {
      while (PENALTIES[best + step] !== undefined && qualityOf(best + step) > qualityOf(best)) best += step;
    }
  }
  const report = Array.from(qualities).sort(([a], [b]) => a - b);
  return {
    lambda: PENALTIES[best],
    tried: report.map(([choice, quality]) => `λ ${PENALTIES[choice]} ${quality.toFixed(4)}`).join(', '),
  };
}
