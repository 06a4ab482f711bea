/**
 * Returns NDCG@10 of one scored list (Järvelin & Kekäläinen 2002). Relevant products that are missing from the list
 * lower the result.
 * @param labels 1 for each relevant candidate
 * @param relevantCount number of relevant products, in the list or not: an ideal list would start with all of them
 * @param masked candidates to leave out (1 = leave out)
 */
export function listNdcg(scores: Float64Array, labels: Uint8Array, relevantCount: number, masked?: Uint8Array): number {
  const allowed = Array.from(scores.keys()).filter((c) => masked === undefined || masked[c] === 0);
  allowed.sort((a, b) => scores[b] - scores[a] || a - b);
  let gain = 0;
  let ideal = 0;
  for (let rank = 0; rank < 10; rank++) {
    const discount = 1 / Math.log2(rank + 2);
    if (rank < allowed.length && labels[allowed[rank]] === 1) gain += discount;
    if (rank < relevantCount) ideal += discount;
  }
  return ideal === 0 ? 0 : gain / ideal;
}
