import type { DesignMatrix } from '../../learn/design-matrix';
import { encodedWidth, encodeFeatures, fitFeatureEncoding, type EncodingKind } from '../../learn/feature-encoding';
import type { FeatureRow } from './classifier';

/** The rows that a model is fitted on, encoded once, and the encoding of further rows. */
export interface EncodedRows {
  readonly design: DesignMatrix;
  readonly encodedRows: readonly Float64Array[];
  readonly encode: (row: FeatureRow) => Float64Array;
}

/** Encodes categories one-hot, and numbers by `numericKind`. */
export function encodeRows(rows: readonly FeatureRow[], numericKind: Exclude<EncodingKind, 'one-hot'>): EncodedRows {
  const kinds = rows[0].map((value): EncodingKind => (typeof value === 'string' ? 'one-hot' : numericKind));
  const encodings = fitFeatureEncoding(rows, kinds);
  const encode = (row: FeatureRow): Float64Array => {
    const encoded = new Float64Array(encodedWidth(encodings));
    encodeFeatures(encodings, row, encoded);
    return encoded;
  };
  const encodedRows = rows.map(encode);
  const design: DesignMatrix = {
    rows: rows.length,
    columns: encodedWidth(encodings),
    readRow: (row, out) => out.set(encodedRows[row]),
  };
  return { design, encodedRows, encode };
}
