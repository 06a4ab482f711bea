import { LRUCache } from 'lru-cache';
import type { Product } from '../catalog/product.type';
import type { Analyzers } from '../search-engine/text/analyzers';
import { ATTRIBUTE_PREFIX } from './document/index-settings';
import { plainText } from './document/plain-text';
import type { LanguageAnalyzer } from '../search-engine/text/language-analyzer';
import { BYTES_PER_TOKEN, Vocabulary, type PackedTokens } from '../search-engine/text/packed-tokens';

const MAX_BYTES = 64 * 1024 * 1024;
/** Estimated bytes of a cached product without its texts. */
const BYTES_PER_ENTRY = 400;
/** Estimated bytes of a cached text without its tokens. */
const BYTES_PER_TEXT = 120;
/** Maximum number of different words of all languages together. They take about 30 MB. */
const MAX_VOCABULARY_WORDS = 200_000;

/** An analyzed text of a product. */
export interface ProductText {
  /** `title`, `brand`, `description`, `categories` or `attributes.NAME`. */
  readonly field: string;
  /** The {@link plainText} of the field, which is also what the index holds. */
  readonly text: string;
  readonly tokens: PackedTokens;
}

interface Entry {
  /**
   * Id of the analyzer that produced the texts. Ids are compared instead of analyzer objects, because each new search
   * index has new analyzer objects with the same ids.
   */
  readonly analyzerId: string;
  readonly texts: readonly ProductText[];
}

/** Caches the analyzed texts of recently shown products. Analyzing them again would take longer than the search. */
export class AnalyzedTextCache {
  /** Analyzed texts by product object. A changed product is a new object, so its old texts are not found any more. */
  private readonly entries = new LRUCache<Product, Entry>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ texts }) =>
      texts.reduce((sum, { tokens }) => sum + BYTES_PER_TEXT + tokens.length * BYTES_PER_TOKEN, BYTES_PER_ENTRY),
  });
  /** Vocabularies by analyzer id. */
  private vocabularies = new Map<string, Vocabulary>();

  constructor(private readonly maxWords = MAX_VOCABULARY_WORDS) {}

  of(product: Product, analyzers: Analyzers): readonly ProductText[] {
    const analyzer = analyzers.of(product.language);
    const known = this.entries.get(product);
    if (known?.analyzerId === analyzer.id) return known.texts;
    const texts = this.analyzeTexts(product, analyzer);
    this.entries.set(product, { analyzerId: analyzer.id, texts });
    return texts;
  }

  private analyzeTexts(product: Product, analyzer: LanguageAnalyzer): ProductText[] {
    const texts = Array.from(textsOf(product), ([field, text]): [string, string] => [field, plainText(text)]);
    const packed = this.vocabularyOf(analyzer).pack(texts.map(([, text]) => analyzer.analyze(text)));
    return texts.map(([field, text], at) => ({ field, text, tokens: packed[at] }));
  }

  /**
   * Returns the vocabulary of an analyzer. Words are never evicted one by one. When the limit on words is reached, the
   * whole cache is cleared.
   */
  private vocabularyOf({ id }: LanguageAnalyzer): Vocabulary {
    let size = 0;
    for (const vocabulary of this.vocabularies.values()) size += vocabulary.size;
    if (size >= this.maxWords) {
      this.vocabularies = new Map();
      this.entries.clear();
    }
    let vocabulary = this.vocabularies.get(id);
    if (vocabulary === undefined) this.vocabularies.set(id, (vocabulary = new Vocabulary()));
    return vocabulary;
  }
}

function* textsOf({ title, brand, categories, description, attributes }: Product): Iterable<[string, string]> {
  yield ['title', title];
  if (brand !== null) yield ['brand', brand];
  if (description !== null) yield ['description', description];
  for (const category of categories) yield ['categories', category];
  for (const [name, value] of Object.entries(attributes)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value])
      if (typeof one === 'string') yield [ATTRIBUTE_PREFIX + name, one];
  }
}
