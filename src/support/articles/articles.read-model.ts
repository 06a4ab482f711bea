import type { LogChange } from '../../events/position.store';
import type { ReadModel } from '../../events/read-model';
import type { PoolClient } from '../../platform/postgres';
import type { SearchedQuestion } from '../../search/searched-question';
import { subtagOf } from '../../search-engine/text/analyzers';
import type { ArticleRecord } from './article';
import { readArticles } from './article.store';
import { PassageAnswers, type AnsweringPassage, type AskedPassage } from './passage-answers';
import { type FoundPassage, PassageIndex } from './passage-index';
import { isQuestion } from './question-words';

declare module '../../events/position.store' {
  interface LogChange {
    /** Articles that were created or updated, with all fields. */
    readonly articles?: readonly ArticleRecord[];
    readonly deletedArticles?: readonly string[];
  }
}

/** A passage answers what a customer searches for only if it has this share of the information of its words. */
const MIN_COVERAGE = 0.6;
/** A passage answers a question only with this score; one in another language needs more. */
const MIN_ANSWER_SCORE = 0.5;
/** The same for an article that the shop has written for the intent of the question. */
const MIN_INTENT_SCORE = 0.4;
/** The same for a question for a reason or a person. */
const MIN_OPEN_SCORE = 0.8;
const MIN_OTHER_LANGUAGE_SCORE = 0.7;
/** The same for a passage that names what the intent of the question is about. */
const MIN_OTHER_LANGUAGE_INTENT_SCORE = 0.5;
/** A passage in the language of the shop is preferred to one in a third language that is better by this much. */
const MAX_SHOP_LANGUAGE_LAG = 0.25;
/** What answers in another language must be better by. */
const MIN_OTHER_LANGUAGE_LEAD = 0.2;

/** A longer text is no search for an article. */
const MAX_SEARCH_LENGTH = 200;
const MAX_SEARCH_WORDS = 40;

/** A load lets other work run after this many articles. */
const ARTICLES_PER_SLICE = 5;

/** The articles of the shop, in memory. They are updated by the changes in the log. */
export class ArticlesReadModel implements ReadModel {
  private index: PassageIndex;
  private answers: PassageAnswers;
  private articles = new Map<string, ArticleRecord>();

  constructor(private readonly shopLanguage: string) {
    this.index = new PassageIndex(shopLanguage);
    this.answers = new PassageAnswers(shopLanguage);
  }

  async load(client: PoolClient): Promise<void> {
    const articles = await readArticles(client);
    const index = new PassageIndex(this.shopLanguage);
    const answers = new PassageAnswers(this.shopLanguage);
    for (const [at, article] of articles.entries()) {
      index.put(article);
      answers.put(article);
      if (at % ARTICLES_PER_SLICE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    this.index = index;
    this.answers = answers;
    this.articles = new Map(articles.map((article) => [article.id, article]));
  }

  apply({ articles = [], deletedArticles = [] }: LogChange): void {
    for (const article of articles) {
      this.articles.set(article.id, article);
      this.index.put(article);
      this.answers.put(article);
    }
    for (const id of deletedArticles) {
      this.articles.delete(id);
      this.index.delete(id);
      this.answers.delete(id);
    }
  }

  /**
   * Returns the passage that answers a question: the best one in the language of the question, else the best one in
   * another language. Undefined if none has enough of the question, or has no value of the kind that it asks for.
   */
  find(asked: AskedPassage): AnsweringPassage | undefined {
    const found = this.answers.find(asked);
    const own = found.find(({ language }) => language === asked.language);
    // A text does not show whether it has a reason, or a person.
    const isOpen = asked.kinds.has('REASON') || asked.kinds.has('PERSON');
    const least = isOpen ? MIN_OPEN_SCORE : own?.isForIntent === true ? MIN_INTENT_SCORE : MIN_ANSWER_SCORE;
    const isBeaten = found.some(
      ({ isAboutIntent, score }) =>
        own !== undefined && isAboutIntent && !own.isAboutIntent && score >= own.score + MIN_OTHER_LANGUAGE_LEAD,
    );
    if (own !== undefined && own.score >= least && !isBeaten) return own;
    const leastOther = Math.max(isOpen ? MIN_OPEN_SCORE : 0, (own?.score ?? 0) + MIN_OTHER_LANGUAGE_LEAD);
    const others = found.filter(
      ({ language, score, isAboutIntent }) =>
        language !== asked.language &&
        score >= Math.max(leastOther, isAboutIntent ? MIN_OTHER_LANGUAGE_INTENT_SCORE : MIN_OTHER_LANGUAGE_SCORE),
    );
    // Most customers read the language of the shop.
    const ofShop = others.find(({ language }) => language === subtagOf(this.shopLanguage));
    const [best] = others;
    return best !== undefined && ofShop !== undefined && ofShop.score >= best.score - MAX_SHOP_LANGUAGE_LAG
      ? ofShop
      : best;
  }

  /** Returns whether articles may answer what a customer searches for. It is quick. */
  maySearch({ text }: SearchedQuestion): boolean {
    if (this.index.languages.length === 0 || text.length > MAX_SEARCH_LENGTH) return false;
    return text.split(/\s+/).length <= MAX_SEARCH_WORDS;
  }

  /**
   * Returns passages of different articles that answer what a customer searches for, the best first: of the articles for
   * the intent, then those with most of the words. A query that names products is no question to the shop, unless it
   * asks something, or has the title of an article for an intent. If no article in the languages of the query answers,
   * and its language is not stated, those in other languages may.
   * @param intent null if it is not certain
   */
  findForSearch(question: SearchedQuestion, intent: string | null): FoundPassage[] {
    if (!this.maySearch(question)) return [];
    const found = this.findInLanguages(question, intent);
    if (found.length > 0 || question.isLanguageStated) return found;
    const others = this.index.languages.filter((language) => !question.languages.includes(language));
    return this.findInLanguages({ ...question, languages: others }, null);
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
      const { found, wordCount } = this.index.findEach(text, language, products === 'NONE');
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
    const forIntent = [...this.articles.values()]
      .filter((article) => article.intents.includes(intent) && this.index.languageOf(article) === language)
      .map(({ id }) => id)
      .sort();
    return this.index.findIn(forIntent, question, language) ?? this.index.firstOf(forIntent[0]);
  }
}
