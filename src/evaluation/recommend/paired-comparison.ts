import { clusterBootstrap } from '../../learn/cluster-bootstrap';
import type { EvaluatedLists, EvaluationRow, PairedDifference } from './evaluated-lists';

/** Returns all rows. Those of `model` contain the difference from the best other model in the same mode, if there is one. */
export function compareWithBest(evaluated: readonly EvaluatedLists[], model: string, seed: number): EvaluationRow[] {
  return evaluated.map((lists) => {
    const { row } = lists;
    if (row.model !== model) return row;
    const rivals = evaluated.filter((other) => other.row.mode === row.mode && other.row.model !== model);
    if (rivals.length === 0) return row;
    const best = rivals.reduce((a, b) => (b.row.ndcg10 > a.row.ndcg10 ? b : a));
    return { ...row, difference: differenceOf(lists, best, seed) };
  });
}

function differenceOf(own: EvaluatedLists, other: EvaluatedLists, seed: number): PairedDifference {
  const differences = Array.from(own.ndcg10, (value, list) => value - other.ndcg10[list]);
  const { mean, low, high } = clusterBootstrap(differences, { seed, clusters: own.customers });
  return { model: other.row.model, mean, low, high };
}
