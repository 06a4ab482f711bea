import { ImpactScale, SCORE_UNIT, quantizedIdf } from '../../../../src/search-engine/index/bm25f';
import { facetKeyOf } from '../../../../src/search-engine/index/facet-filters';
import type { IndexFacetRequest, FacetResult } from '../../../../src/search-engine/index/facet-request';
import type { MatchedFields } from '../../../../src/search-engine/index/matched-fields';
import type { Alternative, Phrase, TextQuery } from '../../../../src/search-engine/index/query';
import type { SearchRequest, SearchResult } from '../../../../src/search-engine/index/search-request';
import type { SearchDocument } from '../../../../src/search-engine/index/search-document';
import type { IndexSettings } from '../../../../src/search-engine/index/settings';
import { byFieldsToo, rankByHand, worthByHand } from './arbitrary-documents';

/** A search that scans every document. It shares only the formula of a posting's impact with the index. */
export function searchByHand(
  settings: IndexSettings,
  documents: readonly SearchDocument[],
  averageLengths: readonly number[],
  request: SearchRequest,
  holds: (document: SearchDocument) => boolean,
): SearchResult {
  const { query, facetFilters = [], offset = 0, limit, sort } = request;
  const scale = new ImpactScale(settings, averageLengths);
  const impact = (document: SearchDocument, term: string) => {
    let frequency = 0;
    settings.fields.forEach(({ name }, field) => {
      const tokens = document.fields.filter((one) => one.name === name).flatMap(({ tokens }) => tokens);
      const count = tokens.filter((token) => token.term === term).length;
      if (count > 0) frequency += scale.frequency(field, count, tokens.length);
    });
    return frequency === 0 ? 0 : scale.impact(frequency);
  };
  const impactOf = (document: SearchDocument, alternative: Alternative) => {
    if ('term' in alternative) return impact(document, alternative.term);
    const tokens = document.fields.flatMap((field) => field.tokens);
    const terms = tokens.filter(({ surface }) => surface.startsWith(alternative.prefix)).map(({ term }) => term);
    return Math.max(0, ...terms.map((term) => impact(document, term)));
  };
  const sums = new Map<SearchDocument, number>(documents.map((document) => [document, 0]));
  const matched = new Map<SearchDocument, number>(documents.map((document) => [document, 0]));
  for (const { alternatives } of query?.clauses ?? []) {
    const scored = alternatives.map((alternative) => {
      const impacts = documents.map((document) => impactOf(document, alternative));
      const matching = impacts.filter((value) => value > 0).length;
      const times = quantizedIdf(matching, documents.length, alternative.weight ?? 1);
      return impacts.map((value) => value * times);
    });
    documents.forEach((document, i) => {
      const best = Math.max(...scored.map((values) => values[i]));
      sums.set(document, (sums.get(document) as number) + best);
      if (best > 0) matched.set(document, (matched.get(document) as number) + 1);
    });
  }
  const required = query === null ? 0 : query.mode === 'OR' ? 1 : query.clauses.length;
  const matching = documents.filter(
    (document) =>
      (matched.get(document) as number) >= required &&
      holds(document) &&
      !(query?.excluded ?? []).some((alternative) => impactOf(document, alternative) > 0) &&
      (query?.without ?? []).every(
        ({ terms, said }) =>
          !terms.some((term) => hasPhrase(settings, document, { slots: [[term]], slop: 0, isProperty: true })) ||
          said.some((phrase) => hasPhrase(settings, document, phrase)),
      ) &&
      (query?.phrases ?? []).every((phrase) => phrase.boost !== undefined || hasPhrase(settings, document, phrase)),
  );
  for (const phrase of query?.phrases ?? []) {
    if (phrase.boost === undefined) continue;
    for (const document of matching)
      if (hasPhrase(settings, document, phrase))
        sums.set(document, (sums.get(document) as number) + Math.round(phrase.boost * SCORE_UNIT));
  }
  const passes = (document: SearchDocument, except?: IndexFacetRequest) =>
    facetFilters.every((filter) => {
      if (except !== undefined && facetKeyOf(filter) === facetKeyOf(except)) return true;
      if ('facet' in filter) {
        return filter.values.some((value) => valuesOf(settings, document, filter.facet).includes(value));
      }
      const value = document.numbers[filter.number] ?? NaN;
      return value >= (filter.from ?? -Infinity) && value < (filter.to ?? Infinity);
    });
  const found = matching.filter((document) => passes(document));
  const rank = (document: SearchDocument) =>
    rankByHand(document.numbers.price ?? NaN, query === null ? 0 : (sums.get(document) as number) / SCORE_UNIT);
  const key = (document: SearchDocument) => {
    if (sort === undefined) return -(request.rank ? rank(document) : (sums.get(document) as number));
    const value = document.numbers[sort.number] ?? NaN;
    return Number.isNaN(value) ? Infinity : sort.descending ? -value : value;
  };
  const tieOf = (document: SearchDocument) => (request.ties === undefined ? 0 : document.numbers[request.ties]);
  const ordered = found
    .map((document, i) => ({ document, i, key: key(document) }))
    .sort((a, b) => (a.key !== b.key ? (a.key < b.key ? -1 : 1) : tieOf(a.document) - tieOf(b.document) || a.i - b.i));
  const one = (document: SearchDocument) => (request.distinct && document.facets[request.distinct][0]) ?? document.id;
  const firsts = ordered.filter(
    ({ document }, at) => ordered.findIndex((o) => one(o.document) === one(document)) === at,
  );
  const isRefined = query !== null && request.rank === byFieldsToo && sort === undefined;
  const shown = isRefined
    ? firsts
        .map((first) => ({
          ...first,
          key: -(-first.key + worthByHand(matchedByHand(settings, first.document, query))),
        }))
        .sort((a, b) => a.key - b.key)
    : firsts;
  const things = (documents: readonly SearchDocument[]) =>
    [...new Set(documents.map(one))].map((thing) => documents.filter((document) => one(document) === thing));
  const score = (document: SearchDocument) => (sums.get(document) as number) / SCORE_UNIT;
  const isRanked = request.rank !== undefined || request.ties !== undefined || request.distinct !== undefined;
  return {
    total: firsts.length,
    hits: shown.slice(offset, offset + limit).map(({ document, key }) => ({
      id: document.id,
      score: score(document),
      ...(request.rank && isRanked ? { rank: -key } : {}),
    })),
    facets: (request.facets ?? []).map((asked) =>
      count(
        settings,
        asked,
        things(matching.filter((document) => passes(document, asked))),
        facetFilters.flatMap((filter) =>
          'facet' in filter && facetKeyOf(filter) === facetKeyOf(asked) ? filter.values : [],
        ),
      ),
    ),
  };
}

/**
 * Returns where a document has the words: fields with a whole word of each clause, and clauses with a word as typed.
 */
export function matchedByHand(
  settings: IndexSettings,
  document: SearchDocument,
  { clauses }: Pick<TextQuery, 'clauses'>,
): MatchedFields {
  const has = (alternative: Alternative, field: string) =>
    'term' in alternative &&
    document.fields.some(({ name, tokens }) => name === field && tokens.some(({ term }) => term === alternative.term));
  const shareOf = (holds: (alternatives: readonly Alternative[]) => boolean) =>
    clauses.filter(({ alternatives }) => holds(alternatives)).length / clauses.length;
  const names = settings.fields.map(({ name }) => name);
  return {
    fields: Float64Array.from(names, (field) => shareOf((all) => all.some((one) => has(one, field)))),
    exact: shareOf((all) => all.some((one) => one.exact !== false && names.some((field) => has(one, field)))),
  };
}

export function valuesOf({ facets }: IndexSettings, document: SearchDocument, name: string): string[] {
  const separator = facets.find((facet) => facet.name === name)?.pathSeparator;
  const values = document.facets[name] ?? [];
  if (separator === undefined) return [...new Set(values)];
  const paths = values.map((value) => value.split(separator));
  return [...new Set(paths.flatMap((steps) => steps.map((_, i) => steps.slice(0, i + 1).join(separator))))];
}

function count(
  settings: IndexSettings,
  asked: IndexFacetRequest,
  things: readonly (readonly SearchDocument[])[],
  selected: readonly string[],
): FacetResult {
  if ('facet' in asked) {
    const separator = settings.facets.find((facet) => facet.name === asked.facet)?.pathSeparator;
    const counts = new Map<string, number>();
    for (const documents of things) {
      const values = documents.flatMap((document) => valuesOf(settings, document, asked.facet));
      for (const value of new Set(values)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const told = [...counts.keys()].filter(
      (value) =>
        separator === undefined ||
        asked.parent === undefined ||
        value.split(separator).slice(0, -1).join(separator) === asked.parent,
    );
    told.sort((a, b) => (counts.get(b) as number) - (counts.get(a) as number) || (a < b ? -1 : 1));
    const best = told.slice(0, asked.limit ?? 10);
    const values = [...new Set([...best, ...selected])].map((value) => ({ value, count: counts.get(value) ?? 0 }));
    return { facet: asked.facet, values, distinct: told.length };
  }
  const numbersOf = (documents: readonly SearchDocument[]) =>
    documents.map((document) => document.numbers[asked.number] ?? NaN).filter((value) => value === value);
  const numbers = things.flatMap(numbersOf);
  const counting = (holds: (value: number) => boolean) =>
    things.filter((documents) => numbersOf(documents).some(holds)).length;
  const within = (from: number, to: number) => counting((value) => value >= from && value < to);
  const extent = numbers.length === 0 ? {} : { minimum: Math.min(...numbers), maximum: Math.max(...numbers) };
  if ('interval' in asked) {
    const { interval } = asked;
    const steps = [...new Set(numbers.map((value) => Math.floor(value / interval)))].sort((a, b) => a - b);
    const ranges = steps.map((step) => ({
      from: step * interval,
      to: (step + 1) * interval,
      count: counting((value) => Math.floor(value / interval) === step),
    }));
    return { number: asked.number, ranges, ...extent };
  }
  const ranges = asked.boundaries
    .slice(1)
    .map((to, i) => ({ from: asked.boundaries[i], to, count: within(asked.boundaries[i], to) }));
  return { number: asked.number, ranges, ...extent };
}

/** Tries every combination of positions. Fields of one name are far apart. */
function hasPhrase(
  settings: IndexSettings,
  document: SearchDocument,
  { slots, slop, isProperty, joined = [], unless = [] }: Phrase,
): boolean {
  if (document.fields.some(({ tokens }) => tokens.some(({ term }) => joined.includes(term)))) return true;
  const isProse = (name: string) => settings.fields.some((field) => field.name === name && field.isProse);
  return document.fields.some(({ name, tokens }) => {
    if (isProperty && isProse(name)) return false;
    const follow = (slot: number, start: number, last: number): boolean => {
      if (slot === slots.length)
        return (
          last - start - (slots.length - 1) <= slop &&
          !tokens.some(({ term, position }) => position === last + 1 && unless.includes(term))
        );
      return tokens.some(
        ({ term, position }) =>
          slots[slot].includes(term) &&
          (slot === 0 || position > last) &&
          follow(slot + 1, slot === 0 ? position : start, position),
      );
    };
    return follow(0, 0, 0);
  });
}

/** The average number of words of each field, over the documents that have it. */
export function averagesOf({ fields }: IndexSettings, documents: readonly SearchDocument[]): number[] {
  return fields.map(({ name, typicalLength, lengthIsFixed }) => {
    if (lengthIsFixed) return typicalLength;
    const lengths = documents
      .map((document) => document.fields.filter((field) => field.name === name))
      .map((same) => same.reduce((sum, { tokens }) => sum + tokens.length, 0))
      .filter((length) => length > 0);
    return lengths.length === 0 ? typicalLength : lengths.reduce((a, b) => a + b) / lengths.length;
  });
}
