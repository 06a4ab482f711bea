import { TopK } from '../../learn/select';
import { hasBit, setBit } from './bitmap';
import { SCORE_UNIT } from './bm25f';
import { columnOf, Columns } from './columns';
import type { Groups } from './groups';
import { RankedHits } from './ranked-hits';
import { type DocumentRanking, PRESELECTED, type Prior, RANKED_WHOLE } from './ranking';
import type { Scratch } from './scratch';
import type { Searched, SearchRequest, Sort } from './search-request';
import { type Part, partOf, scoreOf } from './search-part';
import { listed, type ManyDocuments, sizeOf } from './selection';
import { TopScores } from './top-scores';

/** From so many matches on it pays to ask what is known of keys before scores are. */
const MANY = 4_096;
/** Sums of the same parts in another order differ less. */
const ROUNDING = 1e-9;
/** Variants that match come one after the other, so that more are kept than things are wanted. */
const VARIANTS = 3;

export interface RankedHit {
  readonly number: number;
  readonly key: number;
  /** As it was summed; NaN where it has not been. */
  readonly score: number;
}

/** Puts what matches in order by a column, the caller's ranking or its score; of groups the first comes, and the others do not. */
export class Ranker {
  private readonly best = new RankedHits();
  private readonly top = new TopK(64);
  private readonly scores = new TopScores();

  constructor(private readonly scratch: Scratch) {}

  first(searched: Searched, request: SearchRequest, parts: readonly Part[], groups: Groups | undefined): RankedHit[] {
    const { offset = 0, limit } = request;
    const wanted = offset + limit;
    if (limit === 0) return [];
    const ranked = parts.map((part) => this.prepare(searched, request, part));
    for (let room = groups === undefined ? wanted : wanted * VARIANTS; ; room *= VARIANTS) {
      this.best.reset(room);
      for (const part of ranked) this.offer(part);
      const isAll = !this.best.isFull;
      const hits = this.best.sorted();
      const firsts = groups === undefined ? hits : onePerGroup(hits, parts, groups);
      if (isAll || firsts.length >= wanted) return firsts.slice(offset, wanted);
    }
  }

  private prepare({ settings, spaces }: Searched, request: SearchRequest, part: Part): RankedPart {
    const { view, found } = part;
    const { sort, ties } = request;
    const ranking =
      sort === undefined
        ? (request.rank?.(new Columns(settings, view, spaces)) ?? byScore)
        : sortingBy(view.numbers[columnOf(settings.numbers, sort.number)], sort);
    const tieColumn = ties === undefined ? undefined : view.numbers[columnOf(settings.numbers, ties)];
    const isScored = sort === undefined && request.query !== null;
    const size = sizeOf(found);
    const prior = found.bits !== undefined && size > MANY ? ranking.prior?.() : undefined;
    const isTooMany = isScored && found.bits !== undefined && size > RANKED_WHOLE;
    const { docs, count } = isTooMany ? this.preselected(part, found, ranking, prior) : listed(found, this.scratch);
    // What is sorted by a column is scored in the end, as far as it is shown.
    const unscored = sort === undefined ? 0 : NaN;
    const sums = isScored && found.bits === undefined ? found.sums : undefined;
    return { part, docs, count, sums, unscored, isScored, ranking, tieColumn, prior: isTooMany ? undefined : prior };
  }

  private offer(ranked: RankedPart): void {
    const { part, docs, count, sums, isScored, unscored, prior } = ranked;
    const { lists } = part;
    for (const list of lists) list.rewind();
    const done = prior === undefined ? undefined : this.offerExceptions(ranked, prior);
    const boosts = isScored ? part.phrases.reduce((sum, { boost = 0 }) => sum + boost, 0) : 0;
    const most = isScored ? lists.reduce((sum, { maximum }) => sum + maximum, boosts) : 0;
    const values = prior?.values;
    const gain = prior === undefined ? 0 : prior.gain(most / SCORE_UNIT) + ROUNDING;
    let floor = this.best.floor();
    for (let i = 0; i < count; i++) {
      const doc = docs[i];
      if (values !== undefined && values[doc] + gain < floor) continue;
      if (done !== undefined && hasBit(done, doc)) continue;
      let sum = unscored;
      if (isScored) {
        sum = 0;
        if (sums !== undefined) sum = sums[i];
        else for (let l = 0; l < lists.length; l++) sum += lists[l].probe(doc);
      }
      floor = this.offerScored(ranked, doc, sum, boosts, floor);
    }
  }

  /** @returns bits of those that have been offered */
  private offerExceptions(ranked: RankedPart, { except }: Prior): Uint32Array {
    const { part, isScored, unscored } = ranked;
    const done = this.scratch.bitmap(part.view.documents);
    for (const doc of except) {
      const { bits } = part.found as ManyDocuments;
      if (!hasBit(bits, doc) || hasBit(done, doc)) continue;
      setBit(done, doc);
      this.offerScored(ranked, doc, isScored ? scoreOf(part, doc) : unscored, 0, this.best.floor());
    }
    return done;
  }

  /** @param boosts what phrases may add that have not been looked for @returns what has a lower key is not kept from now on */
  private offerScored(ranked: RankedPart, doc: number, sum: number, boosts: number, floor: number): number {
    const { part, ranking, tieColumn } = ranked;
    let score = sum;
    if (boosts > 0) {
      if (ranking.key(doc, (sum + boosts) / SCORE_UNIT) < floor) return floor;
      for (const phrase of part.phrases) if (phrase.boost !== undefined && phrase.matches(doc)) score += phrase.boost;
    }
    const key = ranking.key(doc, score / SCORE_UNIT);
    if (key < floor) return floor;
    this.best.offer(part.first + doc, key, tieColumn === undefined ? 0 : tieColumn[doc], score);
    return this.best.floor();
  }

  private preselected(part: Part, found: ManyDocuments, ranking: DocumentRanking, prior: Prior | undefined) {
    const { top, scratch } = this;
    const marked = scratch.bitmap(found.documents);
    const mark = () => {
      for (const doc of top.kept()) setBit(marked, doc);
    };
    top.reset(PRESELECTED);
    this.scores.offer(
      found,
      part.lists,
      part.phrases.filter(({ boost }) => boost !== undefined),
      0,
      top,
    );
    mark();
    top.reset(PRESELECTED);
    const all = listed(found, scratch);
    if (prior === undefined) for (let i = 0; i < all.count; i++) top.offer(all.docs[i], ranking.key(all.docs[i], 1));
    else {
      let floor = top.floor();
      for (let i = 0; i < all.count; i++) {
        const value = prior.values[all.docs[i]];
        if (value <= floor) continue;
        top.offer(all.docs[i], value);
        floor = top.floor();
      }
      for (const doc of prior.except) if (hasBit(found.bits, doc)) setBit(marked, doc);
    }
    mark();
    return listed({ bits: marked, documents: found.documents }, scratch);
  }
}

interface RankedPart {
  readonly part: Part;
  readonly docs: Uint32Array;
  readonly count: number;
  /** The scores, but for phrases, where they are known. */
  readonly sums: Float64Array | undefined;
  readonly isScored: boolean;
  /** What stands for a score where there is none. */
  readonly unscored: number;
  readonly ranking: DocumentRanking;
  readonly tieColumn: Float64Array | undefined;
  readonly prior: Prior | undefined;
}

function onePerGroup(hits: readonly RankedHit[], parts: readonly Part[], groups: Groups): RankedHit[] {
  const known = new Set<number>();
  return hits.filter(({ number }) => {
    const { view, first } = partOf(parts, number);
    const group = groups.columnOf(view).slotOf(number - first);
    return group < 0 || (!known.has(group) && known.add(group));
  });
}

const byScore: DocumentRanking = { key: (_doc, score) => score };

/** What lacks the number comes last. */
function sortingBy(column: Float64Array, { descending }: Sort): DocumentRanking {
  const sign = descending ? 1 : -1;
  return { key: (doc) => (Number.isNaN(column[doc]) ? -Infinity : column[doc] * sign) };
}
