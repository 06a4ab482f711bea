import { fitIals, ialsScores, type IalsSettings } from '../../../learn/ials';
import { weightedGram } from '../../../learn/ials-engine';
import { IalsFoldIn } from '../../../learn/ials-fold-in';
import type { Kernels } from '../../../learn/wasm';
import type { TemporalSplit } from '../protocol';
import { rankBy, type ScoringRanker } from './baseline';
import { binaryHistories } from './binary-histories';

const SETTINGS: Omit<IalsSettings, 'seed'> = { factors: 64, epochs: 8, lambda: 0.01, unobserved: 0.3 };

/**
 * iALS (Hu 2008; Rendle 2022) on the binary matrix customers × products. A customer's factors are computed from the
 * history when the customer is ranked; the fitted factors of the products do not change (fold-in).
 */
export function ialsBaseline(split: TemporalSplit, kernels: Kernels, seed: number): ScoringRanker {
  const histories = binaryHistories(split);
  const { items } = fitIals(histories.matrix, { ...SETTINGS, seed }, kernels);
  const foldIn = new IalsFoldIn(items, weightedGram(items, SETTINGS.factors, SETTINGS.unobserved), SETTINGS);
  return rankBy('ials', (customer) => ialsScores(items, foldIn.factors(histories.productsOf(customer))));
}
