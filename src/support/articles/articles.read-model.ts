import type { LogChange } from '../../events/position.store';
import type { PoolClient } from '../../platform/postgres';
import { subtagOf } from '../../search-engine/text/analyzers';
import type { SearchedQuestion } from '../../search/searched-question';
import type { ArticleRecord } from './article';
import { readArticles } from './article.store';
import { type FoundPassage, PassageIndex } from './passage-index';
import { isQuestion } from './question-words';

/**
 * A passage of an article without the intent of the question answers it only if it has this share of the information of
 * its words.
 */
const MIN_COVERAGE = 0.6;

/** A load lets other work run after this many articles. */
const ARTICLES_PER_SLICE = 20;

/** The articles of the shop, in memory. They are updated by the changes in the log. */
export class ArticlesReadModel {
  private index: PassageIndex;
  private articles = new Map<string, ArticleRecord>();

  constructor(private readonly shopLanguage: string) {
    this.index = new PassageIndex(shopLanguage);
  }

  async load(client: PoolClient): Promise<void> {
    const articles = await readArticles(client);
    const index = new PassageIndex(this.shopLanguage);
    for (const [at, article] of articles.entries()) {
      index.put(article);
      if (at % ARTICLES_PER_SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    this.index = index;
    this.articles = new Map(articles.map((article) => [article.id, article]));
  }

  apply({ articles = [], deletedArticles = [] }: LogChange): void {
    for (const article of articles as readonly ArticleRecord[]) {
      this.articles.set(article.id, article);
      this.index.put(article);
    }
    for (const id of deletedArticles) {
      this.articles.delete(id);
      this.index.delete(id);
    }
  }

  /**
   * Returns the passage that answers a question: the best one of the articles for the intent, else one with most of the
   * words of the question.
   * @param language first subtag of BCP 47; articles in other languages don't answer
   */
  find(question: string, intent: string | null, language: string): FoundPassage | undefined {
    const ofIntent = intent === null ? undefined : this.findForIntent(question, intent, language);
    if (ofIntent !== undefined) return ofIntent;
    const found = this.index.find(question, language, this.isReadable(language));
    return found !== undefined && found.coverage >= MIN_COVERAGE ? found : undefined;
  }

  /**
   * Returns passages of different articles that answer what a customer searches for, the best first: of the articles for
   * the intent, then those with most of the words. A query that names products is no question to the shop, unless it
   * asks something, or has the title of an article for an intent. If no article in the languages of the query answers,
   * and its language is not stated, those in other languages may.
   * @param intent null if it is not certain
   */
  findForSearch(question: SearchedQuestion, intent: string | null, count: number): FoundPassage[] {
    const found = this.findInLanguages(question, intent);
    if (found.length > 0 || question.isLanguageStated) return found.slice(0, count);
    const ofArticles = new Set(Array.from(this.articles.values(), (article) => this.languageOf(article)));
    const others = [...ofArticles].filter((language) => !question.languages.includes(language));
    return this.findInLanguages({ ...question, languages: others }, null).slice(0, count);
  }

  private findInLanguages({ text, languages, products }: SearchedQuestion, intent: string | null): FoundPassage[] {
    const meansProducts = products === 'NAMED' && !isQuestion(text);
    const isGood = (found: FoundPassage, wordCount: number, isTitle: boolean) => {
      if (meansProducts) return found.titleCoverage === 1 && found.article.intents.length > 0;
      // A text says little if a title has all of it, and a single word if products have it, too.
      if (isTitle || (wordCount === 1 && products !== 'NONE')) return found.titleCoverage === 1;
      return found.coverage >= MIN_COVERAGE;
    };
    const byWords = languages.flatMap((language) => {
      const { found, wordCount } = this.index.findEach(text, language, this.isReadable(language));
      const isTitle = found.some(({ titleCoverage }) => titleCoverage === 1);
      return found.filter((one) => isGood(one, wordCount, isTitle));
    });
    const byIntent =
      intent === null || meansProducts
        ? []
        : languages.flatMap((language) => this.findForIntent(text, intent, language) ?? []);
    const all = [...byIntent, ...byWords.sort((a, b) => b.coverage - a.coverage || b.titleCoverage - a.titleCoverage)];
    const ofArticle = new Map(all.toReversed().map((found) => [found.article.id, found]));
    return all.filter((found) => ofArticle.get(found.article.id) === found);
  }

  private findForIntent(question: string, intent: string, language: string): FoundPassage | undefined {
    const isReadable = this.isReadable(language);
    const forIntent = [...this.articles.values()]
      .filter((article) => article.intents.includes(intent) && isReadable(article))
      .map(({ id }) => id)
      .sort();
    return this.index.findIn(forIntent, question, language) ?? this.index.firstOf(forIntent[0]);
  }

  private isReadable(language: string): (article: ArticleRecord) => boolean {
    return (article) => this.languageOf(article) === language;
  }

  private languageOf({ language }: ArticleRecord): string {
    return subtagOf(language ?? this.shopLanguage);
  }
}
