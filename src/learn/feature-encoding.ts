import { denseDesign, standardizationOf } from './design-matrix';
import { FitError, requireFinite } from './fit-error';
import { quantileEdges, quantileGroup } from './quantile-edges';

/** A value before encoding: a number, or the name of a category. */
export type FeatureValue = number | string;

/** How one column is encoded, with the parameters that were fitted. */
export type ColumnEncoding =
  | { readonly kind: 'plain' }
  /** (value − mean) / scale. */
  | { readonly kind: 'standard'; readonly mean: number; readonly scale: number }
  /** One column per category: 1 for the value's category, else 0. An unknown category is 0 in all of them. */
  | { readonly kind: 'one-hot'; readonly categories: readonly string[] }
  /** Share of the edges below the value: from 0 to 1. */
  | { readonly kind: 'quantile'; readonly edges: readonly number[] };

export type EncodingKind = ColumnEncoding['kind'];

/** Number of groups of quantile encoding. */
const QUANTILE_GROUPS = 100;
/** Each category is a column of the design, so ids and free text are refused. */
export const MAX_CATEGORIES = 1_000;

/**
 * Fits the encoding of each column. The result is plain JSON, so that it can be stored in a model's artefact.
 * @param rows one value per column; numbers, except in one-hot columns
 * @param kinds one per column
 * @throws FitError NOT_FINITE, or WRONG_SHAPE if there are no rows or more than {@link MAX_CATEGORIES} categories
 */
export function fitFeatureEncoding(
  rows: readonly (readonly FeatureValue[])[],
  kinds: readonly EncodingKind[],
): ColumnEncoding[] {
  if (rows.length === 0) throw new FitError('WRONG_SHAPE', 'there are no rows');
  return kinds.map((kind, c) =>
    fitColumn(
      rows.map((row) => row[c]),
      kind,
      c,
    ),
  );
}

function fitColumn(values: readonly FeatureValue[], kind: EncodingKind, column: number): ColumnEncoding {
  if (kind === 'plain') return { kind };
  if (kind === 'one-hot') {
    const categories = [...new Set(values.map(String))].sort();
    if (categories.length > MAX_CATEGORIES)
      throw new FitError(
        'WRONG_SHAPE',
        `column ${column} has ${categories.length} categories, more than ${MAX_CATEGORIES}`,
      );
    return { kind, categories };
  }
  const numbers = values.map((value, r) => numberOf(value, `row ${r}, column ${column}`));
  if (kind === 'quantile') return { kind, edges: [...quantileEdges(Float64Array.from(numbers), QUANTILE_GROUPS)] };
  const { mean, scale } = standardizationOf(
    denseDesign(numbers.map((number) => [number])),
    numbers.map(() => 1),
  );
  return { kind, mean: mean[0], scale: scale[0] };
}

/** @throws FitError NOT_FINITE for a text, too: a missing value must not become 0 */
function numberOf(value: FeatureValue, place: string): number {
  if (typeof value === 'string') throw new FitError('NOT_FINITE', `${place} is the text ${JSON.stringify(value)}`);
  requireFinite(value, place);
  return value;
}

/** Returns the number of columns after encoding. */
export function encodedWidth(encodings: readonly ColumnEncoding[]): number {
  return encodings.reduce((sum, each) => sum + (each.kind === 'one-hot' ? each.categories.length : 1), 0);
}

/**
 * Encodes a row. `out` has {@link encodedWidth} values, which are overwritten.
 * @throws FitError NOT_FINITE for a value that is no number, except in one-hot columns
 */
export function encodeFeatures(
  encodings: readonly ColumnEncoding[],
  row: readonly FeatureValue[],
  out: Float64Array,
): void {
  let at = 0;
  encodings.forEach((encoding, c) => {
    const value = row[c];
    const number = () => numberOf(value, `column ${c}`);
    switch (encoding.kind) {
      case 'plain':
        out[at++] = number();
        break;
      case 'standard':
        out[at++] = (number() - encoding.mean) / encoding.scale;
        break;
      case 'quantile':
        out[at++] = quantileGroup(encoding.edges, number()) / Math.max(1, encoding.edges.length);
        break;
      case 'one-hot':
        for (const category of encoding.categories) out[at++] = category === String(value) ? 1 : 0;
    }
  });
}
