import { SearchIndex } from '../../search-engine/index/search-index';
import type { IndexSettings } from '../../search-engine/index/settings';
import { LIMITS } from '../../search-engine/index/query';
import { Analyzers } from '../../search-engine/text/analyzers';
import { type ArticleRecord, type Passage, passagesOf } from './article';
import { TEXT_WORDS } from './question-words';

export interface FoundPassage {
  readonly article: ArticleRecord;
  readonly passage: Passage;
  /** The share of the information of the question's words that the passage has, 0 … 1. */
  readonly coverage: number;
  /** The same for the title and the heading alone. */
  readonly titleCoverage: number;
}

const SETTINGS: IndexSettings = {
  fields: [
    { name: 'title', weight: 2, b: 0, typicalLength: 4, lengthIsFixed: true },
    { name: 'heading', weight: 2, b: 0, typicalLength: 4, lengthIsFixed: true },
    { name: 'text', weight: 1, b: 0.5, typicalLength: 60, lengthIsFixed: true },
  ],
  k1: 1.2,
  facets: [],
  numbers: [],
};

/** Number of best passages whose coverage is computed. */
const MAX_COMPARED = 50;
/** Number of words that a passage has in common with a question whose intent is unknown. */
const MIN_WORDS = 2;
/** Minimum length of the first part of a compound. */
const MIN_PART_LENGTH = 5;

interface IndexedPassage {
  readonly article: ArticleRecord;
  readonly passage: Passage;
  readonly terms: ReadonlySet<string>;
  /** The terms of the title and the heading. */
  readonly titleTerms: ReadonlySet<string>;
}

/** Finds the passages of articles that answer a question, by BM25F over title, heading and text. */
export class PassageIndex {
  private readonly index = new SearchIndex(SETTINGS);
  private readonly passages = new Map<string, IndexedPassage>();
  private readonly idsByArticle = new Map<string, readonly string[]>();
  /** Number of passages with each term. */
  private readonly counts = new Map<string, number>();
  private readonly analyzers: Analyzers;

  constructor(shopLanguage: string) {
    this.analyzers = new Analyzers(shopLanguage);
  }

  /** Adds an article, or replaces the one with the same id. */
  put(article: ArticleRecord): void {
    this.delete(article.id);
    const analyzer = this.analyzers.of(article.language);
    const ids = passagesOf(article.body).map((passage) => {
      const id = `${article.id}\n${passage.number}`;
      const fields = [
        { name: 'title', tokens: analyzer.analyze(article.title) },
        { name: 'heading', tokens: analyzer.analyze(passage.heading ?? '') },
        { name: 'text', tokens: analyzer.analyze(passage.text) },
      ];
      this.index.put({ id, fields, facets: {}, numbers: {} });
      const termsOf = (some: typeof fields) => new Set(some.flatMap(({ tokens }) => tokens.map(({ term }) => term)));
      const terms = termsOf(fields);
      for (const term of terms) this.counts.set(term, (this.counts.get(term) ?? 0) + 1);
      this.passages.set(id, { article, passage, terms, titleTerms: termsOf(fields.slice(0, 2)) });
      return id;
    });
    this.idsByArticle.set(article.id, ids);
  }

  delete(articleId: string): void {
    for (const id of this.idsByArticle.get(articleId) ?? []) {
      this.index.delete(id);
      for (const term of this.passages.get(id)!.terms) {
        const count = this.counts.get(term)! - 1;
        if (count === 0) this.counts.delete(term);
        else this.counts.set(term, count);
      }
      this.passages.delete(id);
    }
    this.idsByArticle.delete(articleId);
  }

  /**
   * Returns the passage that has most of the information of a question. It has two words of the question at least.
   * @param language BCP 47, of the question
   * @param isAllowed whether the passages of an article may answer
   */
  find(question: string, language: string, isAllowed: (article: ArticleRecord) => boolean): FoundPassage | undefined {
    const terms = this.contentTerms(question, language);
    return terms.length < MIN_WORDS ? undefined : this.bestOf(this.having(terms, isAllowed), terms, MIN_WORDS)[0];
  }

  /** Like {@link find}, among the passages of some articles. One word of the question suffices. */
  findIn(articleIds: readonly string[], question: string, language: string): FoundPassage | undefined {
    const ids = articleIds.flatMap((id) => this.idsByArticle.get(id) ?? []);
    const passages = ids.map((id) => this.passages.get(id)!);
    return this.bestOf(passages, this.contentTerms(question, language), 1)[0];
  }

  /**
   * Returns the best passage of each article for what a customer searches for, the best first, and the number of words
   * that count. Of a query of one word, that one suffices. Words that name a kind of text, such as `policy`, don't count
   * if no passage has them. If a query has no others, it is the title of what it finds. In languages with compounds, a
   * word that no passage has stands for its first part: `Versandkosten` for `Versand`, and the other way round.
   */
  findEach(
    query: string,
    language: string,
    isAllowed: (article: ArticleRecord) => boolean,
  ): { readonly found: readonly FoundPassage[]; readonly wordCount: number } {
    const analyzer = this.analyzers.forQuery(language);
    const asked = this.contentTerms(query, language);
    const all = analyzer.compounding === undefined ? asked : [...new Set(asked.map((term) => this.relatedTerm(term)))];
    const textTerms = new Set(Array.from(TEXT_WORDS, (word) => analyzer.term(word)));
    const isText = all.every((term) => textTerms.has(term));
    const terms = isText ? all : all.filter((term) => this.counts.has(term) || !textTerms.has(term));
    const found = this.bestOf(this.having(terms, isAllowed), terms, Math.min(MIN_WORDS, terms.length));
    return {
      found: isText ? found.filter(({ titleCoverage }) => titleCoverage === 1) : found,
      wordCount: terms.length,
    };
  }

  /** Returns a term itself if a passage has it, else the longest one that begins it or that it begins, if there is one. */
  private relatedTerm(term: string): string {
    if (this.counts.has(term)) return term;
    let related = '';
    for (const known of this.counts.keys()) {
      const [short, long] = known.length < term.length ? [known, term] : [term, known];
      if (short.length >= MIN_PART_LENGTH && long.startsWith(short) && known.length > related.length) related = known;
    }
    return related === '' ? term : related;
  }

  /** Returns passages with some of the terms, the best by BM25F first. */
  private having(terms: readonly string[], isAllowed: (article: ArticleRecord) => boolean): readonly IndexedPassage[] {
    if (terms.length === 0) return [];
    const { hits } = this.index.search({
      query: { mode: 'OR', clauses: terms.map((term) => ({ alternatives: [{ term }] })) },
      limit: Math.min(LIMITS.window, this.passages.size),
    });
    const passages = hits.flatMap(({ id }) => this.passages.get(id) ?? []);
    return passages.filter(({ article }) => isAllowed(article)).slice(0, MAX_COMPARED);
  }

  /** Returns the best passage of each article, the best first. Of several with the same information, the first counts. */
  private bestOf(
    passages: readonly IndexedPassage[],
    terms: readonly string[],
    minWords: number,
  ): readonly FoundPassage[] {
    const informationOf = (some: readonly string[]) => some.reduce((sum, term) => sum + this.information(term), 0);
    const total = informationOf(terms);
    const best = new Map<string, FoundPassage>();
    for (const { article, passage, terms: present, titleTerms } of passages) {
      const common = terms.filter((term) => present.has(term));
      if (common.length < minWords) continue;
      const coverage = informationOf(common) / total;
      if (coverage <= (best.get(article.id)?.coverage ?? 0)) continue;
      best.delete(article.id);
      const titleCoverage = informationOf(terms.filter((term) => titleTerms.has(term))) / total;
      best.set(article.id, { article, passage, coverage, titleCoverage });
    }
    return [...best.values()].sort((a, b) => b.coverage - a.coverage);
  }

  /** Returns the first passage of an article; undefined if the article has none. */
  firstOf(articleId: string | undefined): FoundPassage | undefined {
    const [id] = (articleId === undefined ? undefined : this.idsByArticle.get(articleId)) ?? [];
    const first = id === undefined ? undefined : this.passages.get(id);
    return first && { article: first.article, passage: first.passage, coverage: 0, titleCoverage: 0 };
  }

  /** Returns the different terms of a question without its function words. */
  private contentTerms(question: string, language: string): string[] {
    const analyzer = this.analyzers.forQuery(language);
    const tokens = analyzer.analyzeQuery(question).filter(({ surface }) => !analyzer.isFunctionWord(surface));
    return [...new Set(tokens.map(({ term }) => term))].slice(0, LIMITS.clauses);
  }

  /** ln(1 + N / n), in nats. A term that no passage has counts as much as one of a single passage. */
  private information(term: string): number {
    return Math.log(1 + this.passages.size / (this.counts.get(term) ?? 1));
  }
}
