import type { Transition, TransitionWindow } from './history-transitions';
import { listNdcg } from './list-ndcg';

/**
 * Returns how well a scoring function predicts the purchases after a history: the mean of NDCG@10 over all products and
 * NDCG@10 over products new to the customer. Only products in the score vector count.
 * @param indexOf for each product: its index in the score vector; −1 if it is not in the vector
 * @param vectorLength length of the score vector
 * @param maxCustomers maximum number of evaluated customers, evenly spread over the customers with purchases
 * @param score adds a history's scores to a vector of zeros; the history holds indexes in this vector, unsorted
 */
export function transitionQuality(
  transitions: readonly Transition[],
  indexOf: Int32Array,
  vectorLength: number,
  maxCustomers: number,
  score: (history: Int32Array, out: Float64Array) => void,
): number {
  const buyers = transitions.filter(({ bought }) => bought.length > 0);
  const step = Math.max(1, buyers.length / maxCustomers);
  const placesOf = (products: Int32Array): Int32Array =>
    products.map((product) => indexOf[product]).filter((place) => place >= 0);
  let sum = 0;
  let lists = 0;
  for (let at = 0; at < buyers.length; at += step) {
    const { before, bought } = buyers[Math.floor(at)];
    const history = placesOf(before);
    const scores = new Float64Array(vectorLength);
    score(history, scores);
    const labels = new Uint8Array(vectorLength);
    const masked = new Uint8Array(vectorLength);
    for (const place of history) masked[place] = 1;
    const targets = placesOf(bought);
    for (const place of targets) labels[place] = 1;
    const newTargetCount = targets.reduce((count, place) => count + 1 - masked[place], 0);
    sum += (listNdcg(scores, labels, targets.length) + listNdcg(scores, labels, newTargetCount, masked)) / 2;
    lists++;
  }
  return lists === 0 ? 0 : sum / lists;
}

/**
 * Returns the (at most `limit`) products that occur most often in histories and purchases, sorted by index.
 */
export function mostFrequentProducts(windows: readonly TransitionWindow[], products: number, limit: number): number[] {
  const counts = new Int32Array(products);
  for (const { transitions } of windows) {
    for (const { before, bought } of transitions) {
      for (const product of before) counts[product]++;
      for (const product of bought) counts[product]++;
    }
  }
  return Array.from(counts.keys())
    .filter((product) => counts[product] > 0)
    .sort((a, b) => counts[b] - counts[a] || a - b)
    .slice(0, limit)
    .sort((a, b) => a - b);
}
