import { hasLanguageRules, LanguageAnalyzer } from './language-analyzer';
import type { WordSegmenter } from './unspaced';

/** Maximum number of languages that get an analyzer of their own. */
const MAX_LANGUAGES = 64;
/**
 * Used for an empty language tag, for a query in a language without rules of its own, and for all languages beyond
 * {@link MAX_LANGUAGES}. Its analyzer does not stem.
 */
export const NO_LANGUAGE = 'und';

/** Holds one analyzer for each language of a shop. */
export class Analyzers {
  private readonly byLanguage = new Map<string, LanguageAnalyzer>();

  /**
   * @param shopLanguage BCP 47 language of products and queries without a language
   * @param segmenter word segmenter for Chinese; without one, each pair of adjacent characters is a word
   */
  constructor(
    readonly shopLanguage: string,
    readonly segmenter?: WordSegmenter,
  ) {}

  /** Returns the analyzer of a language. @param language BCP 47; only its first subtag is used */
  of(language: string | null | undefined): LanguageAnalyzer {
    const subtag = subtagOf(language ?? this.shopLanguage);
    let analyzer = this.byLanguage.get(subtag);
    if (analyzer === undefined) {
      if (this.byLanguage.size >= MAX_LANGUAGES && subtag !== NO_LANGUAGE) return this.of(NO_LANGUAGE);
      analyzer = new LanguageAnalyzer({ language: subtag, segmenter: this.segmenter });
      this.byLanguage.set(subtag, analyzer);
    }
    return analyzer;
  }

  /**
   * Returns the analyzer for a query. Clients can send any language, so a language without rules of its own (such as a
   * stemmer) uses the {@link NO_LANGUAGE} analyzer and does not count towards {@link MAX_LANGUAGES}.
   * @param language BCP 47
   */
  forQuery(language: string | null | undefined): LanguageAnalyzer {
    return this.of(language == null || hasLanguageRules(language) ? language : NO_LANGUAGE);
  }
}

/** Returns the first subtag of a BCP 47 tag: `pt` for `pt-BR`. */
export function subtagOf(language: string): string {
  return language.toLowerCase().split(/[-_]/, 1)[0] || NO_LANGUAGE;
}
