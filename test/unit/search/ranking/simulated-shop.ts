import { standardNormal } from '../../../../src/learn/random-draws';
import { seededRandom } from '../../../../src/learn/seeded-random';
import { RANKING_FEATURES } from '../../../../src/search/ranking/evidence-vector';
import { FIELD_FEATURES, type FieldFeature, NO_FIELD_EVIDENCE } from '../../../../src/search/ranking/field-evidence';
import type { LoggedSearch } from '../../../../src/search/ranking/logged-search';
import { type RankingModel, score } from '../../../../src/search/ranking/log-linear';

/**
 * A synthetic shop whose truth is known. What is wanted for a query depends on the features, with weights that differ
 * from those set by hand, on a hidden part that no feature has, and on the customer's taste. Whether a product is seen
 * depends on its position.
 */
export const SHOWN = 10;
const QUERIES = 60;
const CANDIDATES = 25;
const START = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;

/** θ: the share of those who look at the first position that looks at this one. @param place from 0 */
export const trueExamination = (place: number) => 1 / (place + 1) ** 0.8;

export interface SimulatedProduct {
  readonly id: string;
  readonly text: number;
  readonly popularity: number;
  readonly price: number;
  readonly taste: 0 | 1;
  /** The share of the words that is in its title… */
  readonly title: number;
  /** …and how much that is worth to each of the two persons. */
  readonly titleWorth: number;
  /** The part that no feature has, for this product and this query. */
  readonly hidden: number;
}

/** ln(odds) that a person who looks at the product wants it. */
export function wanted(product: SimulatedProduct, person: 0 | 1): number {
  const { text, popularity, price, titleWorth, hidden, taste } = product;
  return -3.4 + 0.4 * text + 0.3 * popularity - 0.3 * (price - 3) + titleWorth + hidden + (taste === person ? 0.8 : 0);
}

/** Evidence as logged by a release that did not record the fields of words. */
export function withoutFields(searches: readonly LoggedSearch[]): LoggedSearch[] {
  const width = RANKING_FEATURES.length;
  const isField = RANKING_FEATURES.map((name) => FIELD_FEATURES.includes(name as FieldFeature));
  return searches.map((search) => ({
    ...search,
    features: search.features.map((value, at) => (isField[at % width] ? NaN : value)),
  }));
}

export class SimulatedShop {
  readonly queries: readonly (readonly SimulatedProduct[])[];
  private readonly random: () => number;
  private searches = 0;

  /**
   * @param titleWorth the worth of having all words in the title, in addition to the text's score, which it also raises
   */
  constructor(seed: number, titleWorth = 0) {
    const random = (this.random = seededRandom(seed));
    const titles = seededRandom(seed + 1_000);
    this.queries = Array.from({ length: QUERIES }, (_, q) =>
      Array.from({ length: CANDIDATES }, (_, p) => {
        const title = Math.floor(titles() * 3) / 2;
        return {
          id: `${q}-${p}`,
          text: 1 + 2 * random() + (titleWorth === 0 ? 0 : title / 2),
          popularity: random(),
          price: 3 + 0.7 * standardNormal(random),
          taste: random() < 0.5 ? 0 : 1,
          title,
          titleWorth: titleWorth * title,
          hidden: 0.9 * standardNormal(random),
        };
      }),
    );
  }

  evidence(product: SimulatedProduct, person: 0 | 1) {
    const { text, popularity, price, taste, title } = product;
    const affinity = taste === person ? 0.8 : 0.2;
    const fields = { ...NO_FIELD_EVIDENCE, titleMatch: title, descriptionMatch: 1 - title, exactMatch: 1 };
    return { text, popularity, affinity, unavailable: 0, price, discount: 0, rating: NaN, novelty: 0, ...fields };
  }

  /** The candidates of a query in a ranking's order, for a person. */
  ranked(model: RankingModel, query: number, person: 0 | 1): SimulatedProduct[] {
    const clicks = model.clicks.of(String(query));
    return this.queries[query]
      .map((product) => {
        const evidence = { ...this.evidence(product, person), clicks: clicks?.get(product.id) ?? 0, boost: 1 };
        return { product, score: score(model, evidence) };
      })
      .sort((a, b) => b.score - a.score)
      .map(({ product }) => product);
  }

  /** Simulates people who search, and click on what they see and want. */
  visit(model: RankingModel, searches: number): LoggedSearch[] {
    return Array.from({ length: searches }, () => {
      const { random } = this;
      // A few queries make up most searches.
      const query = Math.floor(QUERIES * random() ** 2);
      const person = random() < 0.5 ? 0 : 1;
      const shown = this.ranked(model, query, person).slice(0, SHOWN);
      const clicked = shown.map((product, place) =>
        random() < trueExamination(place) / (1 + Math.exp(-wanted(product, person))) ? 1 : 0,
      );
      return {
        id: String(this.searches),
        at: START + this.searches++ * MINUTE_MS,
        query: String(query),
        shown: shown.map(({ id }) => id),
        features: Float32Array.from(
          shown.flatMap((product) => {
            const evidence = this.evidence(product, person);
            return RANKING_FEATURES.map((name) => evidence[name]);
          }),
        ),
        clicked: Uint8Array.from(clicked),
      };
    });
  }

  /** Mean NDCG@10 over queries and persons, by true relevance. */
  ndcg(model: RankingModel): number {
    let sum = 0;
    for (let query = 0; query < QUERIES; query++)
      for (const person of [0, 1] as const) {
        const gain = (product: SimulatedProduct) => 1 / (1 + Math.exp(-wanted(product, person)));
        const dcg = (list: readonly SimulatedProduct[]) =>
          list.slice(0, SHOWN).reduce((all, product, place) => all + gain(product) / Math.log2(place + 2), 0);
        const ideal = [...this.queries[query]].sort((a, b) => gain(b) - gain(a));
        sum += dcg(this.ranked(model, query, person)) / dcg(ideal) / (2 * QUERIES);
      }
    return sum;
  }
}
