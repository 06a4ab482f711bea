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

/** The articles of the shop, in memory. They are updated by the changes in the log. */
export class ArticlesReadModel {
  private index: PassageIndex;
  private articles = new Map<string, ArticleRecord>();

  constructor(private readonly shopLanguage: string) {
    this.index = new PassageIndex(shopLanguage);
  }

  async load(client: PoolClient): Promise<void> {
    this.index = new PassageIndex(this.shopLanguage);
    this.articles = new Map();
    this.apply({ articles: await readArticles(client) });
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
      const isFor = (article: ArticleRecord) => article.intents.includes(intent) && isReadable(article);
      const best = this.index.find(question, language, isFor);
      if (best !== undefined) return best;
      const [first] = [...this.articles.values()].filter(isFor).sort((a, b) => (a.id < b.id ? -1 : 1));
      if (first !== undefined) return this.index.firstOf(first.id);
    }
    const found = this.index.find(question, language, isReadable);
    return found !== undefined && found.coverage >= MIN_COVERAGE ? found : undefined;
  }
}
