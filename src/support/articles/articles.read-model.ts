import type { LogChange } from '../../events/position.store';
import type { PoolClient } from '../../platform/postgres';
import { subtagOf } from '../../search-engine/text/analyzers';
import type { ArticleRecord } from './article';
import { readArticles } from './article.store';
import { type FoundPassage, PassageIndex } from './passage-index';

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
    const isReadable = (article: ArticleRecord) => subtagOf(article.language ?? this.shopLanguage) === language;
    if (intent !== null) {
      const forIntent = [...this.articles.values()]
        .filter((article) => article.intents.includes(intent) && isReadable(article))
        .map(({ id }) => id)
        .sort();
      const best = this.index.findIn(forIntent, question, language) ?? this.index.firstOf(forIntent[0]);
      if (best !== undefined) return best;
    }
    const found = this.index.find(question, language, isReadable);
    return found !== undefined && found.coverage >= MIN_COVERAGE ? found : undefined;
  }
}
