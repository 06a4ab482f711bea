import { SearchIndex } from '../../search-engine/index/search-index';
import type { IndexSettings } from '../../search-engine/index/settings';
import { LIMITS } from '../../search-engine/index/query';
import { Analyzers, subtagOf } from '../../search-engine/text/analyzers';
import type { LanguageAnalyzer } from '../../search-engine/text/language-analyzer';
import type { TextToken } from '../../search-engine/text/token';
import { type ArticleRecord, type Passage, passagesOf } from './article';
import { SERVICE_WORDS, TEXT_WORDS } from './question-words';

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
/** Number of words of a search that count. */
const MAX_SEARCH_TERMS = 8;
/** Minimum length of the first part of a compound. */
const MIN_PART_LENGTH = 5;
/** Letters between the parts of a compound: `Lieferungskosten`. */
const LINKS = ['', 's', 'es', 'n', 'en', 'e'];

/** Words of {@link TEXT_WORDS} and {@link SERVICE_WORDS} as an analyzer reads them. */
interface WordLists {
  readonly textTerms: ReadonlySet<string>;
  /** Surfaces. None in a language that does not write compounds as one word. */
  readonly serviceWords: readonly string[];
}

/** A word of a query. */
interface AskedTerm {
  /** The term that passages have. */
  readonly term: string;
  /** Whether it is not the word itself, but one that is related by a part of a compound. */
  readonly isRelated: boolean;
}

interface IndexedPassage {
  readonly article: ArticleRecord;
  readonly passage: Passage;
  readonly terms: ReadonlySet<string>;
  /** The terms of the title and the heading. */
  readonly titleTerms: ReadonlySet<string>;
  /** The keys of {@link PassageIndex.titlesByPart} with their terms. */
  readonly parts: readonly (readonly [key: string, term: string])[];
}

/** Finds the passages of articles that answer a question, by BM25F over title, heading and text. */
export class PassageIndex {
  /** By language, so that a question reads only the passages that may answer it. */
  private readonly indexes = new Map<string, SearchIndex>();
  private readonly passages = new Map<string, IndexedPassage>();
  private readonly idsByArticle = new Map<string, readonly string[]>();
  /** Number of passages with each term. */
  private readonly counts = new Map<string, number>();
  /**
   * Terms of titles and headings, by the term itself and by the first part of a compound about a service, each with its
   * language ({@link partKey}). With the number of passages.
   */
  private readonly titlesByPart = new Map<string, Map<string, number>>();
  private readonly analyzers: Analyzers;
  private readonly wordLists = new Map<string, WordLists>();

  constructor(private readonly shopLanguage: string) {
    this.analyzers = new Analyzers(shopLanguage);
  }

  /** The languages of the articles: first subtags of BCP 47. */
  get languages(): readonly string[] {
    return [...this.indexes.keys()];
  }

  languageOf({ language }: ArticleRecord): string {
    return subtagOf(language ?? this.shopLanguage);
  }

  /** Adds an article, or replaces the one with the same id. */
  put(article: ArticleRecord): void {
    this.delete(article.id);
    const analyzer = this.analyzers.of(article.language);
    const index = this.indexes.get(this.languageOf(article)) ?? new SearchIndex(SETTINGS);
    const ids = passagesOf(article.body).map((passage) => {
      const id = `${article.id}\n${passage.number}`;
      const fields = [
        { name: 'title', tokens: analyzer.analyze(article.title) },
        { name: 'heading', tokens: analyzer.analyze(passage.heading ?? '') },
        { name: 'text', tokens: analyzer.analyze(passage.text) },
      ];
      index.put({ id, fields, facets: {}, numbers: {} });
      const termsOf = (some: typeof fields) => new Set(some.flatMap(({ tokens }) => tokens.map(({ term }) => term)));
      const terms = termsOf(fields);
      for (const term of terms) this.counts.set(term, (this.counts.get(term) ?? 0) + 1);
      const titles = fields.slice(0, 2);
      const parts = this.partsOf(
        titles.flatMap(({ tokens }) => tokens),
        analyzer,
      );
      for (const [key, term] of parts) {
        const known = this.titlesByPart.get(key) ?? new Map<string, number>();
        this.titlesByPart.set(key, known.set(term, (known.get(term) ?? 0) + 1));
      }
      this.passages.set(id, { article, passage, terms, titleTerms: termsOf(titles), parts });
      return id;
    });
    this.idsByArticle.set(article.id, ids);
    if (ids.length > 0) this.indexes.set(this.languageOf(article), index);
  }

  delete(articleId: string): void {
    for (const id of this.idsByArticle.get(articleId) ?? []) {
      const { article, terms, parts } = this.passages.get(id)!;
      const language = this.languageOf(article);
      const index = this.indexes.get(language)!;
      index.delete(id);
      if (index.size === 0) this.indexes.delete(language);
      for (const [key, term] of parts) {
        const known = this.titlesByPart.get(key)!;
        const count = known.get(term)! - 1;
        if (count > 0) known.set(term, count);
        else known.delete(term);
        if (known.size === 0) this.titlesByPart.delete(key);
      }
      for (const term of terms) {
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
   * @param language first subtag of BCP 47; articles in other languages don't answer
   */
  find(question: string, language: string): FoundPassage | undefined {
    const terms = this.contentTerms(question, language);
    return terms.length < MIN_WORDS ? undefined : this.bestOf(this.having(terms, language), terms, MIN_WORDS)[0];
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
   * if no passage has them. If a query has no others, it is the title of what it finds.
   * @param readsCompounds whether a compound about a service that no passage has stands for the word of a title that its
   * first part is, `Versandkosten` for `Versand`, and the other way round
   */
  findEach(
    query: string,
    language: string,
    readsCompounds: boolean,
  ): { readonly found: readonly FoundPassage[]; readonly wordCount: number } {
    const analyzer = this.analyzers.forQuery(language);
    const asked = new Map<string, AskedTerm>();
    for (const token of this.contentTokens(query, analyzer, MAX_SEARCH_TERMS)) {
      const one = (readsCompounds ? this.relatedTerm(token, analyzer) : undefined) ?? {
        term: token.term,
        isRelated: false,
      };
      if (asked.get(one.term)?.isRelated !== false) asked.set(one.term, one);
    }
    const all = [...asked.values()];
    const { textTerms } = this.wordListsOf(analyzer);
    const isText = all.every(({ term }) => textTerms.has(term));
    const terms = isText ? all : all.filter(({ term }) => this.counts.has(term) || !textTerms.has(term));
    const found = this.bestOf(this.having(terms, language), terms, Math.min(MIN_WORDS, terms.length));
    return {
      found: isText ? found.filter(({ titleCoverage }) => titleCoverage === 1) : found,
      wordCount: terms.length,
    };
  }

  /** Returns the term of a title that a word which no passage has is related to by the first part of a compound. */
  private relatedTerm(token: TextToken, analyzer: LanguageAnalyzer): AskedTerm | undefined {
    if (analyzer.compounding === undefined || this.counts.has(token.term)) return undefined;
    for (const [key] of this.partsOf([token], analyzer)) {
      const [related] = this.titlesByPart.get(key)?.keys() ?? [];
      if (related !== undefined) return { term: related, isRelated: true };
    }
    return undefined;
  }

  /**
   * Returns the keys by which words are related, each with the term of its word: the term itself, and the first part of
   * a compound about a service.
   */
  private partsOf(tokens: readonly TextToken[], analyzer: LanguageAnalyzer): (readonly [string, string])[] {
    const { serviceWords } = this.wordListsOf(analyzer);
    if (serviceWords.length === 0) return [];
    const parts = new Map<string, string>();
    for (const { surface, term } of tokens) {
      if (surface.length < MIN_PART_LENGTH || analyzer.isFunctionWord(surface)) continue;
      parts.set(partKey(analyzer, term), term);
      for (const word of serviceWords) {
        if (!surface.endsWith(word)) continue;
        const first = surface.slice(0, -word.length);
        for (const link of LINKS) {
          const part = first.slice(0, first.length - link.length);
          // The first part may be a stem already: `Lieferzeit`.
          if (first.endsWith(link) && part.length >= MIN_PART_LENGTH)
            for (const key of [analyzer.term(part), part]) parts.set(partKey(analyzer, key), term);
        }
      }
    }
    return [...parts];
  }

  private wordListsOf(analyzer: LanguageAnalyzer): WordLists {
    const known = this.wordLists.get(analyzer.id);
    if (known !== undefined) return known;
    const surfacesOf = (words: readonly string[]) =>
      words.flatMap((word) => analyzer.analyze(word).map(({ surface }) => surface));
    const lists = {
      textTerms: new Set(Array.from(TEXT_WORDS, (word) => analyzer.term(word))),
      serviceWords: analyzer.compounding === undefined ? [] : [...new Set(surfacesOf(SERVICE_WORDS))],
    };
    this.wordLists.set(analyzer.id, lists);
    return lists;
  }

  /** Returns passages with some of the terms, the best by BM25F first. */
  private having(terms: readonly AskedTerm[], language: string): readonly IndexedPassage[] {
    const index = this.indexes.get(language);
    if (terms.length === 0 || index === undefined) return [];
    const { hits } = index.search({
      query: { mode: 'OR', clauses: terms.map(({ term }) => ({ alternatives: [{ term }] })) },
      limit: MAX_COMPARED,
    });
    return hits.flatMap(({ id }) => this.passages.get(id) ?? []);
  }

  /** Returns the best passage of each article, the best first. Of several with the same information, the first counts. */
  private bestOf(
    passages: readonly IndexedPassage[],
    terms: readonly AskedTerm[],
    minWords: number,
  ): readonly FoundPassage[] {
    const informationOf = (some: readonly AskedTerm[]) =>
      some.reduce((sum, { term }) => sum + this.information(term), 0);
    const total = informationOf(terms);
    const best = new Map<string, FoundPassage>();
    for (const { article, passage, terms: present, titleTerms } of passages) {
      // A related word says something only in a title, and it is not what the title says.
      const common = terms.filter(({ term, isRelated }) => (isRelated ? titleTerms : present).has(term));
      if (common.length < minWords) continue;
      const coverage = informationOf(common) / total;
      if (coverage <= (best.get(article.id)?.coverage ?? 0)) continue;
      best.delete(article.id);
      const titleCoverage =
        informationOf(terms.filter(({ term, isRelated }) => !isRelated && titleTerms.has(term))) / total;
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
  private contentTerms(question: string, language: string): AskedTerm[] {
    const tokens = this.contentTokens(question, this.analyzers.forQuery(language), LIMITS.clauses);
    return tokens.map(({ term }) => ({ term, isRelated: false }));
  }

  /** Returns the first tokens with different terms of a question, without its function words. */
  private contentTokens(question: string, analyzer: LanguageAnalyzer, count: number): TextToken[] {
    const tokens = analyzer.analyzeQuery(question).filter(({ surface }) => !analyzer.isFunctionWord(surface));
    return [...new Map(tokens.toReversed().map((token) => [token.term, token])).values()].toReversed().slice(0, count);
  }

  /** ln(1 + N / n), in nats. A term that no passage has counts as much as one of a single passage. */
  private information(term: string): number {
    return Math.log(1 + this.passages.size / (this.counts.get(term) ?? 1));
  }
}

function partKey({ language }: LanguageAnalyzer, part: string): string {
  return `${language}\n${part}`;
}
