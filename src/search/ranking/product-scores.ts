import { grown } from '../../learn/grown';
import type { Columns } from '../../search-engine/index/columns';
import { productScore, type RankingModel } from './log-linear';
import { dayNumberOf, productEvidence } from './product-evidence';

/** The inputs of a score that can change without a new document in the index. */
const MUTABLE_COLUMNS = ['price', 'discount', 'rating', 'newest'] as const;

interface ScoreCache {
  readonly model: RankingModel;
  readonly day: number;
  /** {@link WIDTH} numbers per document: its score and the inputs of that score; NaN if not computed yet. */
  values: Float64Array;
}

const WIDTH = 1 + MUTABLE_COLUMNS.length;

/** Caches the query-independent scores of products, by document, inputs, model version and day. */
export class ProductScores {
  private readonly caches = new WeakMap<object, ScoreCache>();

  /** Returns a lookup of the score of a document. @param now ms since 1970 */
  of(columns: Columns, model: RankingModel, now: number): (doc: number) => number {
    const day = dayNumberOf(now);
    let known = this.caches.get(columns.segment);
    if (known === undefined || known.model !== model || known.day !== day) {
      known = { model, day, values: new Float64Array(WIDTH * columns.documents).fill(NaN) };
      this.caches.set(columns.segment, known);
    }
    if (known.values.length < WIDTH * columns.documents)
      known.values = grown(known.values, WIDTH * Math.ceil(columns.documents * 1.5), NaN);
    const { values } = known;
    const [price, discount, rating, newest] = MUTABLE_COLUMNS.map((name) => columns.numbers(name));
    const available = columns.numbers('available');
    return (doc) => {
      const at = WIDTH * doc;
      const score = values[at];
      const isAsItWas =
        isSame(values[at + 1], price[doc]) &&
        isSame(values[at + 2], discount[doc]) &&
        isSame(values[at + 3], rating[doc]) &&
        isSame(values[at + 4], newest[doc]);
      if (isAsItWas && !Number.isNaN(score)) return score;
      values[at + 1] = price[doc];
      values[at + 2] = discount[doc];
      values[at + 3] = rating[doc];
      values[at + 4] = newest[doc];
      const evidence = productEvidence(available[doc] === 1, price[doc], discount[doc], rating[doc], newest[doc], day);
      return (values[at] = productScore(model, evidence));
    };
  }
}

/** Compares numbers; NaN equals NaN. */
function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
