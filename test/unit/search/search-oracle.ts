import { ImpactScale, SCORE_UNIT, scaleOf } from '../../../src/search/index/bm25f';
import type { FacetRequest, FacetResult } from '../../../src/search/index/facet-request';
import type { Alternative, Phrase } from '../../../src/search/index/query';
import type { SearchRequest, SearchResult } from '../../../src/search/index/search';
import type { SearchDocument } from '../../../src/search/index/search-document';
import type { IndexSettings } from '../../../src/search/index/settings';

/** A search that looks at every document in turn. Only the formula of a posting's impact is the index's own. */
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
      const times = scaleOf(matching, documents.length, alternative.weight ?? 1);
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
      (query?.phrases ?? []).every((phrase) => phrase.boost !== undefined || hasPhrase(document, phrase)),
  );
  for (const phrase of query?.phrases ?? []) {
    if (phrase.boost === undefined) continue;
    for (const document of matching)
      if (hasPhrase(document, phrase))
        sums.set(document, (sums.get(document) as number) + Math.round(phrase.boost * SCORE_UNIT));
  }
  const passes = (document: SearchDocument, except: { facet?: string; number?: string }) =>
    facetFilters.every((filter) => {
      if ('facet' in filter) {
        if (filter.facet === except.facet) return true;
        return filter.values.some((value) => valuesOf(settings, document, filter.facet).includes(value));
      }
      if (filter.number === except.number) return true;
      const value = document.numbers[filter.number] ?? NaN;
      return value >= (filter.from ?? -Infinity) && value < (filter.to ?? Infinity);
    });
  const found = matching.filter((document) => passes(document, {}));
  const key = (document: SearchDocument) => {
    if (sort === undefined) return -(sums.get(document) as number);
    const value = document.numbers[sort.number] ?? NaN;
    return Number.isNaN(value) ? Infinity : sort.descending ? -value : value;
  };
  const ordered = found
    .map((document, i) => ({ document, i, key: key(document) }))
    .sort((a, b) => (a.key === b.key ? a.i - b.i : a.key < b.key ? -1 : 1));
  return {
    total: found.length,
    hits: ordered
      .slice(offset, offset + limit)
      .map(({ document }) => ({ id: document.id, score: (sums.get(document) as number) / SCORE_UNIT })),
    facets: (request.facets ?? []).map((asked) =>
      count(
        settings,
        asked,
        matching.filter((document) => passes(document, asked)),
        facetFilters.flatMap((filter) =>
          'facet' in filter && 'facet' in asked && filter.facet === asked.facet ? filter.values : [],
        ),
      ),
    ),
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
  asked: FacetRequest,
  documents: readonly SearchDocument[],
  selected: readonly string[],
): FacetResult {
  if ('facet' in asked) {
    const separator = settings.facets.find((facet) => facet.name === asked.facet)?.pathSeparator;
    const counts = new Map<string, number>();
    for (const document of documents)
      for (const value of valuesOf(settings, document, asked.facet)) counts.set(value, (counts.get(value) ?? 0) + 1);
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
  const numbers = documents.map((document) => document.numbers[asked.number] ?? NaN).filter((value) => value === value);
  const within = (from: number, to: number) => numbers.filter((value) => value >= from && value < to).length;
  const extent = numbers.length === 0 ? {} : { minimum: Math.min(...numbers), maximum: Math.max(...numbers) };
  if ('interval' in asked) {
    const { interval } = asked;
    const steps = [...new Set(numbers.map((value) => Math.floor(value / interval)))].sort((a, b) => a - b);
    const ranges = steps.map((step) => ({
      from: step * interval,
      to: (step + 1) * interval,
      count: numbers.filter((value) => Math.floor(value / interval) === step).length,
    }));
    return { number: asked.number, ranges, ...extent };
  }
  const ranges = asked.boundaries
    .slice(1)
    .map((to, i) => ({ from: asked.boundaries[i], to, count: within(asked.boundaries[i], to) }));
  return { number: asked.number, ranges, ...extent };
}

/** Tries every combination of places. Fields of one name are far apart. */
function hasPhrase(document: SearchDocument, { slots, slop }: Phrase): boolean {
  return document.fields.some(({ tokens }) => {
    const follow = (slot: number, start: number, last: number): boolean => {
      if (slot === slots.length) return last - start - (slots.length - 1) <= slop;
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

/** Words of each field, over the documents that have it. */
export function averagesOf({ fields }: IndexSettings, documents: readonly SearchDocument[]): number[] {
  return fields.map(({ name, typicalLength }) => {
    const lengths = documents
      .map((document) => document.fields.filter((field) => field.name === name))
      .map((same) => same.reduce((sum, { tokens }) => sum + tokens.length, 0))
      .filter((length) => length > 0);
    return lengths.length === 0 ? typicalLength : lengths.reduce((a, b) => a + b) / lengths.length;
  });
}
