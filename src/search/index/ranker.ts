import { TopK } from '../../learn/select';
import { STEP_ASKED, STEP_PASSED, type Steps } from '../turns/steps';
import { hasBit, setBit } from './bitmap';
import { SCORE_UNIT } from './bm25f';
import { columnOf, Columns } from './columns';
import type { Groups, Listed } from './groups';
import { FieldMatcher } from './matched-fields';
import type { TextQuery } from './query';
import { RankedHits } from './ranked-hits';
import { type DocumentRanking, PRESELECTED, type Prior, RANKED_WHOLE, REFINED } from './ranking';
import type { Scratch } from './scratch';
import type { Searched, SearchRequest, Sort } from './search-request';
import { type Part, partOf } from './search-part';
import { listed, type ManyDocuments, sizeOf } from './selection';
import { TopScores } from './top-scores';

/** With more matches than this, computing the prior pays off, whatever its number of exceptions. */
const MIN_MATCHES_TO_PRESELECT = 4_096;
/** With more matches than this, the prior pays off if it has few exceptions. */
const MIN_MATCHES_TO_PRESELECT_WITHOUT_EXCEPTIONS = 64;
/** Looking up an exception takes as long as ranking this number of documents. */
const RANKED_MEANWHILE = 2;
/** Number of scores for which the gain is precomputed. Other scores use the gain of the next higher one as a bound. */
const STEPS = 64;
/** Hits refined in one step. Each hit looks up at most 32 words in all their readings. */
const STEP_REFINED = 64;
/** Exceeds the rounding difference between sums of the same numbers in different orders. */
const ROUNDING = 1e-9;
/** Several hits can be variants of one item, so this many times as many hits are collected as items are requested. */
const VARIANTS = 3;

export interface RankedHit {
  readonly number: number;
  readonly key: number;
  /** The integer sum of the score; NaN if it was not computed. */
  readonly score: number;
}

/**
 * Orders the matches by a column, the caller's ranking or their score. Only the first document of each group is a hit.
 */
export class Ranker {
  private readonly best = new RankedHits();
  private readonly top = new TopK(64);
  private readonly scores = new TopScores();
  private readonly gains = new Float64Array(STEPS + 1);

  constructor(private readonly scratch: Scratch) {}

  *first(
    target: Searched,
    request: SearchRequest,
    parts: readonly Part[],
    groups: Groups | undefined,
  ): Steps<RankedHit[]> {
    const { offset = 0, limit } = request;
    if (limit === 0) return [];
    const ranked: RankedPart[] = [];
    for (const part of parts) ranked.push(yield* this.prepare(target, request, part));
    const refinedBy = ranked.some(({ ranking }) => ranking.refine !== undefined) ? request.query : null;
    const wanted = refinedBy === null ? offset + limit : Math.max(REFINED, offset + limit);
    const top = yield* this.firstOf(ranked, parts, groups, wanted);
    const hits = refinedBy === null ? top : yield* refined(target, refinedBy, ranked, top);
    return hits.slice(offset, offset + limit);
  }

  /** Returns the top hits by key: `wanted` of them, or all if there are fewer. */
  private *firstOf(
    ranked: readonly RankedPart[],
    parts: readonly Part[],
    groups: Groups | undefined,
    wanted: number,
  ): Steps<RankedHit[]> {
    for (let capacity = groups === undefined ? wanted : wanted * VARIANTS; ; capacity *= VARIANTS) {
      this.best.reset(capacity);
      for (const part of ranked) yield* this.offer(part);
      const isAll = !this.best.isFull;
      const hits = this.best.sorted();
      const items = groups === undefined ? hits : onePerGroup(hits, parts, groups);
      if (isAll || items.length >= wanted) return items.slice(0, wanted);
    }
  }

  private *prepare({ settings, spaces }: Searched, request: SearchRequest, part: Part): Steps<RankedPart> {
    const { view, found } = part;
    const { sort, ties } = request;
    const ranking =
      sort === undefined
        ? (request.rank?.(new Columns(settings, view, spaces)) ?? byScore)
        : sortingBy(view.numbers[columnOf(settings.numbers, sort.number)], sort);
    const tieColumn = ties === undefined ? undefined : view.numbers[columnOf(settings.numbers, ties)];
    const isScored = sort === undefined && request.query !== null;
    const size = sizeOf(found);
    const prior = isPriorWorth(size, ranking) ? ranking.prior?.() : undefined;
    if (size > STEP_PASSED) yield;
    const isTooMany = isScored && found.bits !== undefined && size > RANKED_WHOLE;
    const { docs, count } = isTooMany
      ? yield* this.preselected(part, found, ranking, prior)
      : listed(found, this.scratch);
    // When sorting by a column, only the returned hits are scored, at the end.
    const unscored = sort === undefined ? 0 : NaN;
    const sums = isScored && found.bits === undefined ? found.sums : undefined;
    return { part, docs, count, sums, unscored, isScored, ranking, tieColumn, prior: isTooMany ? undefined : prior };
  }

  private *offer(ranked: RankedPart): Steps<void> {
    const bounds = this.boundsOf(ranked);
    for (let from = 0; from < ranked.count; from += STEP_ASKED) {
      if (from > 0) yield;
      this.offerSome(ranked, bounds, from, Math.min(ranked.count, from + STEP_ASKED));
    }
  }

  private boundsOf({ part, isScored, prior }: RankedPart): Bounds {
    const { lists } = part;
    for (const list of lists) list.rewind();
    const boosts = isScored ? part.phrases.reduce((sum, { boost = 0 }) => sum + boost, 0) : 0;
    const maxScore = isScored ? lists.reduce((sum, { maximum }) => sum + maximum, boosts) : 0;
    if (prior !== undefined)
      for (let i = 0; i <= STEPS; i++) this.gains[i] = prior.gain((maxScore * i) / STEPS / SCORE_UNIT) + ROUNDING;
    const excepted = prior === undefined ? undefined : this.marked(part, prior.except);
    return { boosts, steps: maxScore > 0 ? STEPS / maxScore : 0, excepted };
  }

  /** Offers the documents [from, to) of the segment's matches. */
  private offerSome(ranked: RankedPart, { boosts, steps, excepted }: Bounds, from: number, to: number): void {
    const { part, docs, sums, isScored, unscored, prior } = ranked;
    const { lists } = part;
    const { gains } = this;
    const values = prior?.values;
    let floor = this.best.floor();
    for (let i = from; i < to; i++) {
      const doc = docs[i];
      const known = values === undefined || (excepted !== undefined && hasBit(excepted, doc)) ? Infinity : values[doc];
      if (known + gains[STEPS] < floor) continue;
      let sum = unscored;
      if (isScored) {
        sum = 0;
        if (sums !== undefined) sum = sums[i];
        else for (let l = 0; l < lists.length; l++) sum += lists[l].probe(doc);
        if (known + gains[Math.min(STEPS, Math.ceil((sum + boosts) * steps))] < floor) continue;
      }
      floor = this.offerScored(ranked, doc, sum, boosts, floor);
    }
  }

  /** Returns a bitmap of these documents; undefined if there are none. */
  private marked({ view }: Part, docs: readonly number[]): Uint32Array | undefined {
    if (docs.length === 0) return undefined;
    const bits = this.scratch.bitmap(view.documents);
    for (const doc of docs) setBit(bits, doc);
    return bits;
  }

  /**
   * @param boosts what phrases that have not been tested yet can add
   * @returns the new floor: documents with a lower key cannot be hits
   */
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

  private *preselected(
    part: Part,
    found: ManyDocuments,
    ranking: DocumentRanking,
    prior: Prior | undefined,
  ): Steps<Listed> {
    const { top, scratch } = this;
    const marked = scratch.bitmap(found.documents);
    const mark = () => {
      for (const doc of top.kept()) setBit(marked, doc);
    };
    top.reset(PRESELECTED);
    yield* this.scores.offer(
      found,
      part.lists,
      part.phrases.filter(({ boost }) => boost !== undefined),
      0,
      top,
    );
    mark();
    yield;
    top.reset(PRESELECTED);
    const all = listed(found, scratch);
    if (prior === undefined) {
      for (let i = 0; i < all.count; i++) {
        if (i % STEP_ASKED === 0 && i > 0) yield;
        top.offer(all.docs[i], ranking.key(all.docs[i], 1));
      }
    } else {
      let floor = top.floor();
      for (let i = 0; i < all.count; i++) {
        if (i % STEP_PASSED === 0 && i > 0) yield;
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

/** Upper bounds of the scores and keys of a segment's documents. */
interface Bounds {
  /** What phrases can add to a score. */
  readonly boosts: number;
  /** Precomputed gains per unit of a score. */
  readonly steps: number;
  /** Bitmap of the documents without a prior. */
  readonly excepted: Uint32Array | undefined;
}

interface RankedPart {
  readonly part: Part;
  readonly docs: Uint32Array;
  readonly count: number;
  /** The scores without phrases, if they are already computed. */
  readonly sums: Float64Array | undefined;
  readonly isScored: boolean;
  /** The value used for documents that are not scored. */
  readonly unscored: number;
  readonly ranking: DocumentRanking;
  readonly tieColumn: Float64Array | undefined;
  readonly prior: Prior | undefined;
}

function isPriorWorth(matches: number, { exceptions = 0 }: DocumentRanking): boolean {
  return (
    matches > MIN_MATCHES_TO_PRESELECT ||
    (matches > MIN_MATCHES_TO_PRESELECT_WITHOUT_EXCEPTIONS && matches > exceptions * RANKED_MEANWHILE)
  );
}

/** Recomputes the keys of the first hits from the fields that match the query, and sorts them again. */
function* refined(
  { settings }: Searched,
  query: TextQuery,
  ranked: readonly RankedPart[],
  hits: readonly RankedHit[],
): Steps<RankedHit[]> {
  const matchers = ranked.map(({ part }) => new FieldMatcher(query, part.view, settings.fields.length));
  const refinedHits: RankedHit[] = [];
  for (const hit of hits.slice(0, REFINED)) {
    if (refinedHits.length % STEP_REFINED === 0 && refinedHits.length > 0) yield;
    const at = ranked.findLastIndex(({ part }) => part.first <= hit.number);
    const { part, ranking } = ranked[at];
    const doc = hit.number - part.first;
    const key = ranking.refine?.(doc, hit.key, matchers[at].of(doc));
    refinedHits.push(key === undefined ? hit : { ...hit, key });
  }
  return [...refinedHits.sort((a, b) => b.key - a.key), ...hits.slice(REFINED)];
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

/** Orders by a numeric column. Documents without the number come last. */
function sortingBy(column: Float64Array, { descending }: Sort): DocumentRanking {
  const sign = descending ? 1 : -1;
  return { key: (doc) => (Number.isNaN(column[doc]) ? -Infinity : column[doc] * sign) };
}
