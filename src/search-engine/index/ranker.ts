import { TopK } from '../../learn/select';
import { DOCUMENTS_PER_SLOW_STEP, DOCUMENTS_PER_FAST_STEP, type CooperativeTask } from '../scheduling/cooperative-task';
import { hasBit, setBit } from './bitmap';
import { SCORE_UNIT } from './bm25f';
import { columnNumber, Columns } from './columns';
import type { Groups, DocumentNumbers } from './groups';
import { FieldMatcher } from './matched-fields';
import type { TextQuery } from './query';
import { RankedHits } from './ranked-hits';
import { type DocumentRanking, PRESELECTED_HITS, type Prior, MAX_FULLY_RANKED, MAX_REFINED } from './ranking';
import type { Scratch } from './scratch';
import type { SearchTarget, SearchRequest, ColumnSort } from './search-request';
import { type SearchedSegment, searchedSegmentOf } from './searched-segment';
import { listDocuments, type DocumentBitmap, selectionSize } from './selection';
import { TopScores } from './top-scores';
import { TypedForms } from './typed-forms';

/** If a segment has more matches than this, the {@link Prior} (upper bounds of the sort keys) is always computed. */
const MIN_MATCHES_FOR_PRIOR = 4_096;
/**
 * If a segment has more matches than this, the {@link Prior} is computed if the ranking has few exceptions (documents
 * for which the upper bounds do not hold).
 */
const MIN_MATCHES_FOR_PRIOR_WITH_FEW_EXCEPTIONS = 64;
/** Looking up one exception of a {@link Prior} takes as long as ranking this number of documents. */
const DOCUMENTS_RANKED_PER_LOOKUP = 2;
/**
 * The range of a segment's scores is divided into this number of equal intervals, and `Prior.gain` is precomputed at
 * their ends. The gain at the upper end is an upper bound of the gains of all scores in the interval.
 */
const GAIN_STEPS = 64;
/** {@link refineHits} yields to other work after this number of hits. For each hit, it looks up every query term. */
const REFINED_PER_STEP = 64;
/** Added to upper bounds: floating-point sums of the same numbers in different orders differ by less than this. */
const ROUNDING = 1e-9;
/**
 * With grouping, this number of hits is collected for each requested item, because several hits can belong to one item.
 * If they belong to too few items, the search repeats with this many times as many hits.
 */
const GROUP_OVERFETCH = 3;

/** Keys that differ by less are equal when the forms of words are compared. */
const KEY_UNIT = 1e-6;

export interface RankedHit {
  readonly number: number;
  readonly key: number;
  /** In units of 1 / {@link SCORE_UNIT}; NaN if it was not computed. */
  readonly score: number;
}

/**
 * Orders the matches by a column, the caller's ranking or their score. With grouping, only the first document of each
 * group is a hit.
 */
export class Ranker {
  private readonly best = new RankedHits();
  private readonly top = new TopK(64);
  private readonly scores = new TopScores();
  private readonly gains = new Float64Array(GAIN_STEPS + 1);

  constructor(private readonly scratch: Scratch) {}

  *rank(
    target: SearchTarget,
    request: SearchRequest,
    parts: readonly SearchedSegment[],
    groups: Groups | undefined,
  ): CooperativeTask<RankedHit[]> {
    const { offset = 0, limit } = request;
    if (limit === 0) return [];
    const ranked: RankedSegment[] = [];
    for (const part of parts) ranked.push(yield* this.prepare(target, request, part));
    const refinedBy = ranked.some(({ ranking }) => ranking.refine !== undefined) ? request.query : null;
    const forms = formsOf(target, request, ranked);
    const hitCount =
      refinedBy === null && forms?.haveDerived !== true ? offset + limit : Math.max(MAX_REFINED, offset + limit);
    const top = yield* this.topHits(ranked, parts, groups, hitCount);
    const refined = refinedBy === null ? top : yield* refineHits(target, refinedBy, ranked, top);
    const hits = forms === undefined ? refined : yield* orderByForms(forms, ranked, refined);
    return hits.slice(offset, offset + limit);
  }

  /** Returns the wanted number of hits with the highest keys, or all hits if there are fewer. */
  private *topHits(
    ranked: readonly RankedSegment[],
    parts: readonly SearchedSegment[],
    groups: Groups | undefined,
    hitCount: number,
  ): CooperativeTask<RankedHit[]> {
    for (let capacity = groups === undefined ? hitCount : hitCount * GROUP_OVERFETCH; ; capacity *= GROUP_OVERFETCH) {
      this.best.reset(capacity);
      for (const part of ranked) yield* this.offer(part);
      const isAll = !this.best.isFull;
      const hits = this.best.sorted();
      const items = groups === undefined ? hits : onePerGroup(hits, parts, groups);
      if (isAll || items.length >= hitCount) return items.slice(0, hitCount);
    }
  }

  private *prepare(
    { settings, facetDictionaries }: SearchTarget,
    request: SearchRequest,
    part: SearchedSegment,
  ): CooperativeTask<RankedSegment> {
    const { view, found } = part;
    const { sort, ties } = request;
    const ranking =
      sort === undefined
        ? (request.rank?.(new Columns(settings, view, facetDictionaries)) ?? RANK_BY_SCORE)
        : rankByColumn(view.numbers[columnNumber(settings.numbers, sort.number)], sort);
    const tieColumn = ties === undefined ? undefined : view.numbers[columnNumber(settings.numbers, ties)];
    const isScored = sort === undefined && request.query !== null;
    const size = selectionSize(found);
    const prior = isPriorWorthwhile(size, ranking) ? ranking.prior?.() : undefined;
    if (size > DOCUMENTS_PER_FAST_STEP) yield;
    const isTooMany = isScored && found.bits !== undefined && size > MAX_FULLY_RANKED;
    const { docs, count } = isTooMany
      ? yield* this.preselectDocuments(part, found, ranking, prior)
      : listDocuments(found, this.scratch);
    // When sorting by a column, only the returned hits are scored, at the end.
    const unscored = sort === undefined ? 0 : NaN;
    const sums = isScored && found.bits === undefined ? found.sums : undefined;
    return { part, docs, count, sums, unscored, isScored, ranking, tieColumn, prior: isTooMany ? undefined : prior };
  }

  private *offer(ranked: RankedSegment): CooperativeTask<void> {
    const bounds = this.boundsOf(ranked);
    for (let from = 0; from < ranked.count; from += DOCUMENTS_PER_SLOW_STEP) {
      if (from > 0) yield;
      this.offerSome(ranked, bounds, from, Math.min(ranked.count, from + DOCUMENTS_PER_SLOW_STEP));
    }
  }

  private boundsOf({ part, isScored, prior }: RankedSegment): Bounds {
    const { lists } = part;
    for (const list of lists) list.rewind();
    const boosts = isScored ? part.phrases.reduce((sum, { boost = 0 }) => sum + boost, 0) : 0;
    const maxScore = isScored ? lists.reduce((sum, { maximum }) => sum + maximum, boosts) : 0;
    if (prior !== undefined)
      for (let i = 0; i <= GAIN_STEPS; i++)
        this.gains[i] = prior.gain((maxScore * i) / GAIN_STEPS / SCORE_UNIT) + ROUNDING;
    const excepted = prior === undefined ? undefined : this.bitmapOf(part, prior.except);
    return { boosts, gainStepsPerScore: maxScore > 0 ? GAIN_STEPS / maxScore : 0, excepted };
  }

  /** Offers the matches with the indexes [from, to) in `ranked.docs` to the heap of hits. */
  private offerSome(
    ranked: RankedSegment,
    { boosts, gainStepsPerScore, excepted }: Bounds,
    from: number,
    to: number,
  ): void {
    const { part, docs, sums, isScored, unscored, prior } = ranked;
    const { lists } = part;
    const { gains } = this;
    const values = prior?.values;
    let floor = this.best.floor();
    for (let i = from; i < to; i++) {
      const doc = docs[i];
      const priorValue =
        values === undefined || (excepted !== undefined && hasBit(excepted, doc)) ? Infinity : values[doc];
      if (priorValue + gains[GAIN_STEPS] < floor) continue;
      let sum = unscored;
      if (isScored) {
        sum = 0;
        if (sums !== undefined) sum = sums[i];
        else for (let l = 0; l < lists.length; l++) sum += lists[l].probe(doc);
        if (priorValue + gains[Math.min(GAIN_STEPS, Math.ceil((sum + boosts) * gainStepsPerScore))] < floor) continue;
      }
      floor = this.offerScored(ranked, doc, sum, boosts, floor);
    }
  }

  /** Returns a bitmap of these documents; undefined if there are none. */
  private bitmapOf({ view }: SearchedSegment, docs: readonly number[]): Uint32Array | undefined {
    if (docs.length === 0) return undefined;
    const bits = this.scratch.bitmap(view.documents);
    for (const doc of docs) setBit(bits, doc);
    return bits;
  }

  /**
   * @param sum the score without phrases
   * @param boosts sum of the boosts of all phrases: the most that they can add to `sum`
   * @returns the new floor: a document with a lower key cannot be a hit
   */
  private offerScored(ranked: RankedSegment, doc: number, sum: number, boosts: number, floor: number): number {
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

  private *preselectDocuments(
    part: SearchedSegment,
    found: DocumentBitmap,
    ranking: DocumentRanking,
    prior: Prior | undefined,
  ): CooperativeTask<DocumentNumbers> {
    const { top, scratch } = this;
    const marked = scratch.bitmap(found.documents);
    const mark = () => {
      for (const doc of top.selected()) setBit(marked, doc);
    };
    top.reset(PRESELECTED_HITS);
    yield* this.scores.offer(
      found,
      part.lists,
      part.phrases.filter(({ boost }) => boost !== undefined),
      0,
      top,
    );
    mark();
    yield;
    top.reset(PRESELECTED_HITS);
    const all = listDocuments(found, scratch);
    if (prior === undefined) {
      for (let i = 0; i < all.count; i++) {
        if (i % DOCUMENTS_PER_SLOW_STEP === 0 && i > 0) yield;
        top.offer(all.docs[i], ranking.key(all.docs[i], 1));
      }
    } else {
      let floor = top.threshold();
      for (let i = 0; i < all.count; i++) {
        if (i % DOCUMENTS_PER_FAST_STEP === 0 && i > 0) yield;
        const value = prior.values[all.docs[i]];
        if (value <= floor) continue;
        top.offer(all.docs[i], value);
        floor = top.threshold();
      }
      for (const doc of prior.except) if (hasBit(found.bits, doc)) setBit(marked, doc);
    }
    mark();
    return listDocuments({ bits: marked, documents: found.documents }, scratch);
  }
}

/** The values from which upper bounds of the scores and keys of a segment's documents are computed. */
interface Bounds {
  /** The most that phrases can add to a score. */
  readonly boosts: number;
  /** Number of intervals of the precomputed gains per unit of score. Converts a score to its index in the gains. */
  readonly gainStepsPerScore: number;
  /** Bitmap of the documents for which the bounds of the {@link Prior} do not hold; undefined if there are none. */
  readonly excepted: Uint32Array | undefined;
}

interface RankedSegment {
  readonly part: SearchedSegment;
  readonly docs: Uint32Array;
  readonly count: number;
  /** The scores without phrases, by index in `docs`; undefined if they are not computed yet. */
  readonly sums: Float64Array | undefined;
  readonly isScored: boolean;
  /**
   * The score of documents that are not scored here: 0 when browsing; NaN when sorting by a column, because the
   * returned hits are scored at the end.
   */
  readonly unscored: number;
  readonly ranking: DocumentRanking;
  readonly tieColumn: Float64Array | undefined;
  readonly prior: Prior | undefined;
}

function isPriorWorthwhile(matches: number, { maxExceptions = 0 }: DocumentRanking): boolean {
  return (
    matches > MIN_MATCHES_FOR_PRIOR ||
    (matches > MIN_MATCHES_FOR_PRIOR_WITH_FEW_EXCEPTIONS && matches > maxExceptions * DOCUMENTS_RANKED_PER_LOOKUP)
  );
}

/**
 * Recomputes the keys of the first {@link MAX_REFINED} hits from the fields that match the query, and sorts these hits
 * again.
 */
function* refineHits(
  { settings }: SearchTarget,
  query: TextQuery,
  ranked: readonly RankedSegment[],
  hits: readonly RankedHit[],
): CooperativeTask<RankedHit[]> {
  const matchers = ranked.map(({ part }) => new FieldMatcher(query, part.view, settings.fields.length));
  const refinedHits: RankedHit[] = [];
  for (const hit of hits.slice(0, MAX_REFINED)) {
    if (refinedHits.length % REFINED_PER_STEP === 0 && refinedHits.length > 0) yield;
    const segmentIndex = ranked.findLastIndex(({ part }) => part.first <= hit.number);
    const { part, ranking } = ranked[segmentIndex];
    const doc = hit.number - part.first;
    const key = ranking.refine?.(doc, hit.key, matchers[segmentIndex].match(doc));
    refinedHits.push(key === undefined ? hit : { ...hit, key });
  }
  return [...refinedHits.sort((a, b) => b.key - a.key), ...hits.slice(MAX_REFINED)];
}

/** Returns the forms of the query's words if they influence the order. */
function formsOf(
  { settings }: SearchTarget,
  { query, sort }: SearchRequest,
  ranked: readonly RankedSegment[],
): TypedForms | undefined {
  const isMoved = ranked.some(({ ranking }) => ranking.movesByForm !== undefined);
  const matches = ranked.reduce((sum, { count }) => sum + count, 0);
  if (query === null || sort !== undefined || !isMoved || matches < 2) return undefined;
  const views = ranked.map(({ part }) => part.view);
  const forms = new TypedForms(query, views, settings.fields.length);
  return forms.haveOthers ? forms : undefined;
}

/** Orders the first {@link MAX_REFINED} hits by the forms of the typed words, see {@link DocumentRanking.movesByForm}. */
function* orderByForms(
  forms: TypedForms,
  ranked: readonly RankedSegment[],
  hits: readonly RankedHit[],
): CooperativeTask<RankedHit[]> {
  const ordered = [...hits];
  const placesByFields = new Map<string, FormedHit[]>();
  const sameKey = (at: number, other: number) => other in hits && shownKey(hits[at]) === shownKey(hits[other]);
  for (let place = 0; place < Math.min(hits.length, MAX_REFINED); place++) {
    if (place % REFINED_PER_STEP === 0 && place > 0) yield;
    if (!forms.haveDerived && !sameKey(place, place - 1) && !sameKey(place, place + 1)) continue;
    const hit = hits[place];
    const segment = ranked.findLastIndex(({ part }) => part.first <= hit.number);
    const { part, ranking } = ranked[segment];
    const doc = hit.number - part.first;
    if (ranking.movesByForm?.(doc) !== true) continue;
    const { fields, derived, asTyped } = forms.match(segment, doc);
    const found = placesByFields.get(fields);
    const formed = { hit, place, derived, asTyped };
    if (found === undefined) placesByFields.set(fields, [formed]);
    else found.push(formed);
  }
  for (const found of placesByFields.values()) {
    const best = [...found].sort(
      (a, b) =>
        a.derived - b.derived || shownKey(b.hit) - shownKey(a.hit) || b.asTyped - a.asTyped || a.place - b.place,
    );
    found.forEach(({ place }, at) => (ordered[place] = best[at].hit));
  }
  return ordered;
}

/** Returns a hit's key as a whole number. Keys with smaller differences, such as in novelty, count as equal. */
const shownKey = ({ key }: RankedHit): number => Math.round(key / KEY_UNIT);

interface FormedHit {
  readonly hit: RankedHit;
  readonly place: number;
  readonly derived: number;
  readonly asTyped: number;
}

function onePerGroup(hits: readonly RankedHit[], parts: readonly SearchedSegment[], groups: Groups): RankedHit[] {
  const seenGroups = new Set<number>();
  return hits.filter(({ number }) => {
    const { view, first } = searchedSegmentOf(parts, number);
    const group = groups.columnOf(view).slotOf(number - first);
    return group < 0 || (!seenGroups.has(group) && seenGroups.add(group));
  });
}

const RANK_BY_SCORE: DocumentRanking = { key: (_doc, score) => score };

/** Orders by a numeric column. Documents without the number come last. */
function rankByColumn(column: Float64Array, { descending }: ColumnSort): DocumentRanking {
  const sign = descending ? 1 : -1;
  return { key: (doc) => (Number.isNaN(column[doc]) ? -Infinity : column[doc] * sign) };
}
