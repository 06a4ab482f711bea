import type { Analyzers } from '../search-engine/text/analyzers';
import { SpellingDictionary } from '../search-engine/spelling/spelling-dictionary';
import type { WordSource } from '../search-engine/spelling/spelling-suggestions';
import { finestTokens } from '../search-engine/text/query-word';
import type { CatalogIndex } from './catalog-index.read-model';
import type { MerchandisingReadModel } from './merchandising/merchandising.read-model';
import type { LoggedQueriesReadModel } from './query-log/logged-queries.read-model';
import type { SynonymsReadModel } from './synonyms/synonyms.read-model';

export interface ShopWordsOptions {
  readonly synonyms: Pick<SynonymsReadModel, 'version' | 'forLanguage'>;
  readonly merchandising: Pick<MerchandisingReadModel, 'version' | 'queries'>;
  readonly loggedQueries: Pick<LoggedQueriesReadModel, 'current'>;
}

/**
 * The words of a shop that its products need not have: those of synonyms and merchandising rules, to which typed words
 * are corrected, and those of queries after which customers clicked. A correction of such a word is only offered.
 */
export class ShopWords {
  private ruleWords = new SpellingDictionary();
  private version = '';
  private analyzers: Analyzers | undefined;

  constructor(private readonly options: ShopWordsOptions) {}

  /** Returns whether a word is right. @param word folded, as in the index */
  has(word: string): boolean {
    const { clickedWords } = this.options.loggedQueries.current;
    // Keys of queries have `a` for `ä` in every language, and the index has `ae` in German.
    return (
      this.ruleWords.frequencyOf(word) > 0 ||
      clickedWords.has(word) ||
      clickedWords.has(word.replace(/([aou])e/g, '$1'))
    );
  }

  /** Returns the words of the products and of the rules. */
  dictionaryWith(catalogIndex: CatalogIndex): WordSource {
    this.update(catalogIndex);
    const { ruleWords } = this;
    const { dictionary } = catalogIndex;
    if (ruleWords.size === 0) return dictionary;
    return {
      frequencyOf: (word) => Math.max(dictionary.frequencyOf(word), ruleWords.frequencyOf(word)),
      wordsWithin: (word) => [
        ...dictionary.wordsWithin(word),
        ...ruleWords.wordsWithin(word).filter((neighbour) => dictionary.frequencyOf(neighbour.word) === 0),
      ],
    };
  }

  private update({ analyzers, languages }: CatalogIndex): void {
    const { synonyms, merchandising } = this.options;
    const shopLanguage = analyzers.of(null).language;
    const version = [synonyms.version, merchandising.version, shopLanguage, ...languages].join();
    if (version === this.version && analyzers === this.analyzers) return;
    this.version = version;
    this.analyzers = analyzers;
    const words = new Set<string>();
    for (const language of new Set([shopLanguage, ...languages])) {
      for (const word of synonyms.forLanguage(language, analyzers).words) words.add(word);
      for (const query of merchandising.queries)
        for (const { surface } of finestTokens(analyzers.of(language).analyze(query))) words.add(surface);
    }
    this.ruleWords = new SpellingDictionary(Math.max(64, words.size));
    for (const word of words) this.ruleWords.add(word);
  }
}
