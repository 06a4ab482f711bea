import type { Columns } from '../index/columns';
import { ownScore, type RankingModel } from './log-linear';
import { dayOf, ownEvidence } from './own-evidence';

interface Known {
  readonly model: RankingModel;
  readonly day: number;
  /** By document; NaN for what nobody has asked for yet. */
  of: Float64Array;
}

/** What products have by themselves in a ranking: worked out once for each document, version and day. */
export class OwnScores {
  private readonly known = new WeakMap<object, Known>();

  /** @param now ms since 1970 */
  of(columns: Columns, model: RankingModel, now: number): (doc: number) => number {
    const day = dayOf(now);
    let known = this.known.get(columns.segment);
    if (known === undefined || known.model !== model || known.day !== day) {
      known = { model, day, of: new Float64Array(columns.documents).fill(NaN) };
      this.known.set(columns.segment, known);
    }
    if (known.of.length < columns.documents) {
      const grown = new Float64Array(Math.ceil(columns.documents * 1.5)).fill(NaN);
      grown.set(known.of);
      known.of = grown;
    }
    const { of } = known;
    const [available, price, discount, rating, newest] = (
      ['available', 'price', 'discount', 'rating', 'newest'] as const
    ).map((name) => columns.numbers(name));
    return (doc) => {
      const score = of[doc];
      if (!Number.isNaN(score)) return score;
      const evidence = ownEvidence(available[doc] === 1, price[doc], discount[doc], rating[doc], newest[doc], day);
      return (of[doc] = ownScore(model, evidence));
    };
  }
}
