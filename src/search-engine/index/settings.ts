/** The indexed parts of a document and their weights. A segment stores the settings with which it was built. */
export interface IndexSettings {
  /** At most {@link MAX_FIELDS}. */
  readonly fields: readonly FieldSettings[];
  /** BM25 saturation: the weighted number of occurrences at which a term reaches half of its maximum score. */
  readonly k1: number;
  readonly facets: readonly FacetSettings[];
  /** Names of the numeric columns, for ranges, histograms and sorting. */
  readonly numbers: readonly string[];
}

interface FieldSettings {
  readonly name: string;
  /** Weight of an occurrence in this field. */
  readonly weight: number;
  /** BM25 length normalization, 0 … 1. 0: the field length has no influence; 1: full normalization by length. */
  readonly b: number;
  /** Average number of tokens that is assumed until a base segment provides the real average. */
  readonly typicalLength: number;
  /**
   * Whether `typicalLength` is always used as the average, so that indexes with different base segments compute the
   * same scores.
   */
  readonly lengthIsFixed?: boolean;
  /** Whether the field names what the document is, as a title does. Only words of such fields are suggested. */
  readonly isName?: boolean;
  /** Whether the field is prose: a word in it need not be a property of what the document is. */
  readonly isProse?: boolean;
}

export interface FacetSettings {
  readonly name: string;
  /** Set if values are paths like `Home > Garden > Tools`. A document with a path also has all its ancestor paths. */
  readonly pathSeparator?: string;
  /** Whether searches do not count the facet's values. They are then not stored together with those of others. */
  readonly isUncounted?: boolean;
}

const MAX_FIELDS = 8;

/** Returns a bit set of the fields that are names. */
export function nameFields({ fields }: IndexSettings): number {
  return fields.reduce((bits, { isName }, field) => (isName ? bits | (1 << field) : bits), 0);
}

/** Returns a bit set of the fields whose words are properties. */
export function propertyFields({ fields }: IndexSettings): number {
  return fields.reduce((bits, { isProse }, field) => (isProse ? bits : bits | (1 << field)), 0);
}

/** Validates settings. @throws RangeError for settings with which no segment can be built */
export function checkSettings({ fields, k1, facets, numbers }: IndexSettings): void {
  if (fields.length === 0 || fields.length > MAX_FIELDS)
    throw new RangeError(`the number of fields must be between 1 and ${MAX_FIELDS}; got ${fields.length}`);
  if (!(k1 > 0)) throw new RangeError(`k1 must be greater than 0; got ${k1}`);
  for (const { name, weight, b, typicalLength } of fields) {
    if (!(weight > 0 && b >= 0 && b <= 1 && typicalLength > 0))
      throw new RangeError(`field ${name}: weight and typicalLength must be greater than 0, and b between 0 and 1`);
  }
  for (const names of [fields.map(({ name }) => name), facets.map(({ name }) => name), numbers]) {
    if (new Set(names).size < names.length) throw new RangeError(`names must be unique; got ${names.join(', ')}`);
  }
}
