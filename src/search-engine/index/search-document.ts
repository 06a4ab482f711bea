import type { TextToken } from '../text/token';

/** The indexed data of a product. The catalogue holds the data that is displayed. */
export interface SearchDocument {
  readonly id: string;
  /** Several fields can have the same name: there is one for each attribute value. No phrase matches across fields. */
  readonly fields: readonly DocumentField[];
  /** Values by facet. Facets that the settings do not name are ignored. */
  readonly facets: Readonly<Record<string, readonly string[]>>;
  /** Values by numeric column. NaN means no value. */
  readonly numbers: Readonly<Record<string, number>>;
}

export interface DocumentField {
  readonly name: string;
  /** In ascending order of position. */
  readonly tokens: readonly Pick<TextToken, 'surface' | 'term' | 'position' | 'isMeasure'>[];
}
