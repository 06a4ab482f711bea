import type { Analyzers } from '../search-engine/text/analyzers';
import type { LanguageAnalyzer } from '../search-engine/text/language-analyzer';
import { SpellingDictionary } from '../search-engine/spelling/spelling-dictionary';
import type { WordSource } from '../search-engine/spelling/spelling-suggestions';
import { queryTokens } from '../search-engine/text/parse-query';
import type { CatalogIndex } from './catalog-index.read-model';
import type { MerchandisingRuleRecord } from './merchandising/merchandising.store';
import type { MerchandisingReadModel } from './merchandising/merchandising.read-model';
import type { SynonymRecord } from './synonyms/synonym.store';
import type { SynonymsReadModel } from './synonyms/synonyms.read-model';

/** Only the words of this number of queries of rules are used. It bounds the time that a change of a rule takes. */
const MAX_RULE_QUERIES = 5_000;

const NO_WORDS: ReadonlySet<string> = new Set();

export interface ShopWordsOptions {
  readonly synonyms: Pick<SynonymsReadModel, 'version' | 'forLanguage'>;
  readonly merchandising: Pick<MerchandisingReadModel, 'version' | 'queries'>;
  /** Returns whether customers clicked after searches for a word. Default: none has. */
  readonly isClicked?: (word: string) => boolean;
}

/**
 * The words of a shop's synonyms and merchandising rules. Its products need not have them, but typed words are corrected
 * to them, and a correction of such a word is only offered.
 */
export class ShopWords {
  private words = new SpellingDictionary();
  private version = '';
  private analyzers: Analyzers | undefined;
  /** The words of each query of a rule. Without it, each change of a rule would analyze the queries of all rules. */
  private wordsOfQueries = new Map<string, readonly string[]>();

  constructor(private readonly options: ShopWordsOptions) {}

  /**
   * Returns whether a synonym or rule has a word, or customers clicked after searches for it.
   * @param word folded, as in the index
   */
  has(word: string): boolean {
    return this.words.frequencyOf(word) > 0 || this.options.isClicked?.(word) === true;
  }

  /** Returns the words of a synonym and a rule that are used as if they were stored. */
  previewOf(
    { analyzers, languages }: Pick<CatalogIndex, 'analyzers' | 'languages'>,
    synonym: Pick<SynonymRecord, 'words' | 'finds'> | undefined,
    rule: Pick<MerchandisingRuleRecord, 'queries'> | undefined,
  ): ReadonlySet<string> {
    if (synonym === undefined && rule === undefined) return NO_WORDS;
    const all = [analyzers.of(null), ...languages.map((language) => analyzers.of(language))];
    const ofSynonym = [...(synonym?.words ?? []), ...(synonym?.finds ?? [])];
    return new Set(
      all.flatMap((one) => [
        ...ofSynonym.flatMap((text) => queryTokens(text, one).words.map(({ surface }) => surface)),
        ...(rule?.queries ?? []).flatMap((text) => wordsOf(text, one)),
      ]),
    );
  }

  /**
   * Returns the words of the products, synonyms and rules.
   * @param preview see {@link previewOf}
   */
  dictionaryWith(
    catalogIndex: Pick<CatalogIndex, 'analyzers' | 'dictionary' | 'languages'>,
    preview = NO_WORDS,
  ): WordSource {
    this.update(catalogIndex);
    const stored = this.storedDictionary(catalogIndex);
    if (preview.size === 0) return stored;
    return {
      frequencyOf: (word) => Math.max(stored.frequencyOf(word), preview.has(word) ? 1 : 0),
      wordsWithin: (word) => stored.wordsWithin(word),
    };
  }

  private storedDictionary({ dictionary }: Pick<CatalogIndex, 'dictionary'>): WordSource {
    const { words } = this;
    if (words.size === 0) return dictionary;
    return {
      frequencyOf: (word) => Math.max(dictionary.frequencyOf(word), words.frequencyOf(word)),
      wordsWithin: (word) => [
        ...dictionary.wordsWithin(word),
        ...words.wordsWithin(word).filter((neighbour) => dictionary.frequencyOf(neighbour.word) === 0),
      ],
    };
  }

  private update({ analyzers, languages }: Pick<CatalogIndex, 'analyzers' | 'languages'>): void {
    const { synonyms, merchandising } = this.options;
    const shopLanguage = analyzers.of(null).language;
    const all = [...new Set([shopLanguage, ...languages])].sort();
    const version = [synonyms.version, merchandising.version, ...all].join();
    if (version === this.version && analyzers === this.analyzers) return;
    if (analyzers !== this.analyzers) this.wordsOfQueries.clear();
    this.version = version;
    this.analyzers = analyzers;
    const words = new Set<string>();
    for (const language of all) for (const word of synonyms.forLanguage(language, analyzers).words) words.add(word);
    const wordsOfQueries = new Map<string, readonly string[]>();
    for (const query of merchandising.queries.slice(0, MAX_RULE_QUERIES)) {
      const known = this.wordsOfQueries.get(query);
      const own = known ?? wordsOf(query, analyzers.of(null));
      wordsOfQueries.set(query, own);
      for (const word of own) words.add(word);
    }
    this.wordsOfQueries = wordsOfQueries;
    this.words = new SpellingDictionary(Math.max(64, words.size));
    for (const word of words) this.words.add(word);
  }
}

/** Returns the words of a rule's query. Only a product or a synonym makes a sign a part of a word. */
const wordsOf = (text: string, analyzer: LanguageAnalyzer): string[] =>
  queryTokens(text, analyzer, () => false).words.map(({ surface }) => surface);
