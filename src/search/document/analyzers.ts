import { hasRules, LanguageAnalyzer } from '../text/language-analyzer';
import type { WordSegmenter } from '../text/unspaced';

/** Shops have a handful of languages; whoever makes up more gets words without stems. */
const MAX_LANGUAGES = 64;
/** Of what names none, and of all beyond {@link MAX_LANGUAGES}. */
export const NO_LANGUAGE = 'und';

/** One analyzer for each language of a shop. */
export class Analyzers {
  private readonly known = new Map<string, LanguageAnalyzer>();

  /**
   * @param shopLanguage of products and queries that name none; BCP 47
   * @param segmenter for Chinese; without one, every two neighbouring characters are a word
   */
  constructor(
    readonly shopLanguage: string,
    readonly segmenter?: WordSegmenter,
  ) {}

  /** @param language BCP 47; its first subtag counts */
  of(language: string | null | undefined): LanguageAnalyzer {
    const subtag = subtagOf(language ?? this.shopLanguage);
    let analyzer = this.known.get(subtag);
    if (analyzer === undefined) {
      if (this.known.size >= MAX_LANGUAGES && subtag !== NO_LANGUAGE) return this.of(NO_LANGUAGE);
      analyzer = new LanguageAnalyzer({ language: subtag, segmenter: this.segmenter });
      this.known.set(subtag, analyzer);
    }
    return analyzer;
  }

  /**
   * The same for a query, in which anybody may name any language: what is read like none is none, and takes up no room.
   * @param language BCP 47
   */
  reading(language: string | null | undefined): LanguageAnalyzer {
    return this.of(language == null || hasRules(language) ? language : NO_LANGUAGE);
  }
}

/** `pt` of `pt-BR`. */
export function subtagOf(language: string): string {
  return language.toLowerCase().split(/[-_]/, 1)[0] || NO_LANGUAGE;
}
