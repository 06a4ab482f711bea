import { LRUCache } from 'lru-cache';
import type { Product } from '../catalog/product.type';
import type { Analyzers } from './document/analyzers';
import { ATTRIBUTE } from './document/index-settings';
import type { LanguageAnalyzer } from './text/language-analyzer';
import { BYTES_PER_TOKEN, Forms, type PackedTokens } from './text/packed-tokens';

const MAX_BYTES = 64 * 1024 * 1024;
/** Of a product, and of each of its texts, beside the tokens; by estimate. */
const BYTES_PER_ENTRY = 400;
const BYTES_PER_TEXT = 120;
/** Of all languages: some 30 MB of them. */
const MAX_FORMS = 200_000;

/** A text of a product, taken apart. */
export interface ProductText {
  /** `title`, `brand`, `description`, `categories` or `attributes.NAME`. */
  readonly field: string;
  readonly text: string;
  readonly tokens: PackedTokens;
}

interface Entry {
  /** The analyzer's id: an index that takes another's place has other ones of the same rules. */
  readonly rules: string;
  readonly texts: readonly ProductText[];
}

/** The texts of products as they are searched, of those that were shown last: taking them apart takes longer than finding them. */
export class ProductTexts {
  /** A product that changes is another object. */
  private readonly entries = new LRUCache<Product, Entry>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ texts }) =>
      texts.reduce((sum, { tokens }) => sum + BYTES_PER_TEXT + tokens.length * BYTES_PER_TOKEN, BYTES_PER_ENTRY),
  });
  /** By analyzer's id. */
  private forms = new Map<string, Forms>();

  constructor(private readonly mostForms = MAX_FORMS) {}

  of(product: Product, analyzers: Analyzers): readonly ProductText[] {
    const analyzer = analyzers.of(product.language);
    const known = this.entries.get(product);
    if (known?.rules === analyzer.id) return known.texts;
    const texts = this.takenApart(product, analyzer);
    this.entries.set(product, { rules: analyzer.id, texts });
    return texts;
  }

  private takenApart(product: Product, analyzer: LanguageAnalyzer): ProductText[] {
    const texts = [...textsOf(product)];
    const packed = this.formsOf(analyzer).pack(texts.map(([, text]) => analyzer.analyze(text)));
    return texts.map(([field, text], at) => ({ field, text, tokens: packed[at] }));
  }

  /** Words that no text has any more are forgotten only with all others; the texts that go by them, too. */
  private formsOf({ id }: LanguageAnalyzer): Forms {
    let size = 0;
    for (const forms of this.forms.values()) size += forms.size;
    if (size >= this.mostForms) {
      this.forms = new Map();
      this.entries.clear();
    }
    let forms = this.forms.get(id);
    if (forms === undefined) this.forms.set(id, (forms = new Forms()));
    return forms;
  }
}

function* textsOf({ title, brand, categories, description, attributes }: Product): Iterable<[string, string]> {
  yield ['title', title];
  if (brand !== null) yield ['brand', brand];
  if (description !== null) yield ['description', description];
  for (const category of categories) yield ['categories', category];
  for (const [name, value] of Object.entries(attributes)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value])
      if (typeof one === 'string') yield [ATTRIBUTE + name, one];
  }
}
