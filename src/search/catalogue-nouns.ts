import type { CatalogueProduct } from '../catalog/catalogue-product';
import type { ColumnFilter } from '../search-engine/index/columns';
import type { ValueCounts } from '../search-engine/index/facet-request';
import type { SearchIndex } from '../search-engine/index/search-index';
import type { Nouns } from '../search-engine/query/nouns';
import type { Analyzers } from '../search-engine/text/analyzers';
import { HEAD_NOUN } from './document/index-settings';
import { plainText } from './document/plain-text';
import { headNounOf } from './document/product-document';

/** A word that more products have belongs to too many kinds of products. It also bounds the time of looking at them. */
const MAX_EXAMINED = 20_000;
/** Number of titles that are read to see how a noun is used. */
const MAX_TITLES = 30;
/** Share of the products of a word that must be in one category. */
const MIN_SHARE = 0.8;
const MIN_PRODUCTS = 2;

export interface CatalogueNounsOptions {
  readonly index: Pick<SearchIndex, 'countPostings' | 'search' | 'size' | 'totalOf'>;
  readonly analyzers: Analyzers;
  readonly find: (id: string) => Pick<CatalogueProduct, 'title' | 'brand' | 'language'> | undefined;
  readonly namesCategory: (term: string) => boolean;
}

/** The nouns of the products of an index. */
export class CatalogueNouns implements Nouns {
  constructor(private readonly options: CatalogueNounsOptions) {}

  namesCategory(term: string): boolean {
    return this.options.namesCategory(term);
  }

  headCount(terms: readonly string[]): number {
    return terms.reduce((sum, term) => sum + this.options.index.totalOf(HEAD_NOUN, term), 0);
  }

  isProperty(terms: readonly string[]): boolean {
    const { index } = this.options;
    if (this.headCount(terms) > 0 || this.countPostings(terms) > MAX_EXAMINED) return true;
    const query = { mode: 'OR' as const, clauses: [{ alternatives: terms.map((term) => ({ term })) }] };
    const filter: ColumnFilter = (columns) => {
      const has = terms.map((term) => columns.hasAsProperty(term));
      return (doc: number) => has.some((one) => one(doc));
    };
    return terms.length > 0 && index.search({ query, filter, limit: 0 }).total > 0;
  }

  areOfOthers(head: readonly string[], word: readonly string[]): boolean {
    return this.isSubject(word) && this.isDescribedByOthers(head, word);
  }

  /** Returns whether a word describes several kinds of products of one category: `cat` of cat food and cat litter. */
  private isSubject(word: readonly string[]): boolean {
    if (word.length === 0 || this.countPostings(word) > MAX_EXAMINED) return false;
    const { total, facets } = this.options.index.search({
      query: { mode: 'AND', clauses: [{ alternatives: word.map((term) => ({ term })) }] },
      filter: (columns) => {
        const has = word.map((term) => columns.hasInName(term));
        return (doc) => has.some((one) => one(doc));
      },
      facets: [
        { facet: 'categories', limit: MAX_TITLES },
        { facet: HEAD_NOUN, limit: MIN_PRODUCTS },
      ],
      limit: 0,
    });
    const [categories, heads] = facets.map((facet) => (facet as ValueCounts).values);
    return total >= MIN_PRODUCTS && heads.length >= MIN_PRODUCTS && this.isInOne(categories, total);
  }

  /** Returns whether most titles with a head noun describe it by another word of this kind: `dog toy`. */
  private isDescribedByOthers(head: readonly string[], word: readonly string[]): boolean {
    const { index, analyzers, find } = this.options;
    const { hits } = index.search({
      query: { mode: 'AND', clauses: [{ alternatives: head.map((term) => ({ term })) }] },
      facetFilters: [{ facet: HEAD_NOUN, values: head }],
      distinct: 'group',
      limit: MAX_TITLES,
    });
    const counts = new Map<string, number>();
    for (const { id } of hits) {
      const product = find(id);
      if (product === undefined) continue;
      const analyzer = analyzers.of(product.language);
      const title = plainText(product.title);
      const modifier = headNounOf(title, analyzer.analyze(title), product.brand, analyzer)?.modifier;
      if (modifier !== undefined) counts.set(modifier, (counts.get(modifier) ?? 0) + 1);
    }
    let others = 0;
    for (const [modifier, count] of counts) if (!word.includes(modifier) && this.isSubject([modifier])) others += count;
    return others > hits.length / 2;
  }

  /** Returns whether most products of a word are in one category, in which at most half of all products are. */
  private isInOne(categories: ValueCounts['values'], total: number): boolean {
    const { index } = this.options;
    return categories.some(
      ({ value, count }) => count >= MIN_SHARE * total && index.totalOf('categories', value) <= index.size / 2,
    );
  }

  private countPostings(terms: readonly string[]): number {
    return this.options.index.countPostings(terms.map((term) => ({ term })));
  }
}
