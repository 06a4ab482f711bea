import { compressRows } from '../../learn/compressed-rows';
import { weightedGram } from '../../learn/ials-engine';
import { fitIals, type IalsSettings } from '../../learn/ials';
import { seededRandom } from '../../learn/seeded-random';
import type { Kernels } from '../../learn/wasm';
import { IalsModel } from '../artefact/ials-model';
import type { PointInTimeView } from '../../live-state/replay/point-in-time-replay';

/** `lambda` and `unobserved` as in Rendle, Krichene, Zhang, Koren (RecSys 2022). Convergence needs 8 epochs. */
const SETTINGS: Omit<IalsSettings, 'seed'> = { factors: 64, epochs: 8, lambda: 0.01, unobserved: 0.3 };
/** The model contains at most this many products, the most popular, because every request scores all of them. */
const MAX_PRODUCTS = 20_000;
/** If there are more customers, about this many are sampled for the fit. */
const MAX_CUSTOMERS = 200_000;

/** Fits iALS on the interests of all customers and visits as of an instant. Returns null if there are no interests. */
export function ialsOfHistories(view: PointInTimeView, seed: number, kernels: Kernels): IalsModel | null {
  const { shop } = view;
  const fittedProducts = mostPopularProducts(shop.products.size, (product) => shop.interest.n(product));
  const itemOf = new Map(fittedProducts.map((product, item) => [shop.products.idAt(product), item]));
  const histories = compressRows(interestsOf(view, itemOf, seed), fittedProducts.length);
  if (histories.rows === 0) return null;
  const { items } = fitIals(histories, { ...SETTINGS, seed }, kernels);
  const gram = Float32Array.from(weightedGram(items, SETTINGS.factors, SETTINGS.unobserved));
  return new IalsModel(Array.from(itemOf.keys()), items, gram, SETTINGS, kernels.ials);
}

/** Yields the items that each subject is interested in, skipping subjects without any. */
function* interestsOf(view: PointInTimeView, itemOf: ReadonlyMap<string, number>, seed: number): Generator<number[]> {
  const random = seededRandom(seed);
  const { subjectCount } = view;
  const chance = MAX_CUSTOMERS / subjectCount;
  for (let subject = 0; subject < subjectCount; subject++) {
    if (chance < 1 && random() >= chance) continue;
    const interests = view.historyOf(subject)?.interests() ?? [];
    const items = interests.flatMap(({ productId }) => itemOf.get(productId) ?? []);
    if (items.length > 0) yield items;
  }
}

function mostPopularProducts(products: number, interestedCount: (product: number) => number): number[] {
  return Array.from({ length: products }, (_, product) => product)
    .filter((product) => interestedCount(product) > 0)
    .sort((a, b) => interestedCount(b) - interestedCount(a) || a - b)
    .slice(0, MAX_PRODUCTS)
    .sort((a, b) => a - b);
}
