/** What is indexed of a document, and how much each part weighs. A segment carries the settings it was built with. */
export interface IndexSettings {
  /** At most {@link MAX_FIELDS}. */
  readonly fields: readonly FieldSettings[];
  /** BM25's saturation: how many occurrences (weighted) are worth half of what infinitely many would be. */
  readonly k1: number;
  readonly facets: readonly FacetSettings[];
  /** Names of the numeric columns: what ranges, histograms and sorting go by. */
  readonly numbers: readonly string[];
}

export interface FieldSettings {
  readonly name: string;
  /** What an occurrence in this field counts. */
  readonly weight: number;
  /** 0: a long field counts like a short one; 1: what counts is the share of its words. */
  readonly b: number;
  /** Words that a field of this kind has, as long as no base segment says what they really have on average. */
  readonly typicalLength: number;
  /** The typical length is the average, whatever documents there are: then indexes with other base segments score alike. */
  readonly lengthIsFixed?: boolean;
}

export interface FacetSettings {
  readonly name: string;
  /** Where values are paths, `Home > Garden > Tools`: what separates the steps. Whoever has a path has all that lead to it. */
  readonly pathSeparator?: string;
}

export const MAX_FIELDS = 8;

/** Refuses settings that no segment could be built with. @throws RangeError */
export function checkSettings({ fields, k1, facets, numbers }: IndexSettings): void {
  if (fields.length === 0 || fields.length > MAX_FIELDS) throw new RangeError(`fields: between 1 and ${MAX_FIELDS}`);
  if (!(k1 > 0)) throw new RangeError('k1 is a positive number');
  for (const { name, weight, b, typicalLength } of fields) {
    if (!(weight > 0 && b >= 0 && b <= 1 && typicalLength > 0))
      throw new RangeError(`the field ${name} makes no sense`);
  }
  for (const names of [fields.map(({ name }) => name), facets.map(({ name }) => name), numbers]) {
    if (new Set(names).size < names.length) throw new RangeError(`a name is there twice: ${names.join(', ')}`);
  }
}
