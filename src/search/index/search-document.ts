import type { Token } from '../text/token';

/** What the index knows of a product. What is shown of it stays in the catalogue. */
export interface SearchDocument {
  readonly id: string;
  /** A field may come several times (attributes); no phrase reaches from one into the next. */
  readonly fields: readonly DocumentField[];
  /** Values by facet; what the settings do not name is left out. */
  readonly facets: Readonly<Record<string, readonly string[]>>;
  /** Values by numeric column; NaN is as if it was missing. */
  readonly numbers: Readonly<Record<string, number>>;
}

export interface DocumentField {
  readonly name: string;
  /** In order of position. */
  readonly tokens: readonly Pick<Token, 'surface' | 'term' | 'position'>[];
}
