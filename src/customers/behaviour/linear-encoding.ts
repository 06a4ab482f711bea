import { SESSION_FEATURES } from '../../features/session-features';

/** The encoding of session features for linear models: transformed by kind, then standardised. */
export interface LinearEncoding {
  /** By column of {@link transformFeatures}. */
  readonly mean: Float64Array;
  readonly scale: Float64Array;
}

const PERIODS = { hour: 24, weekday: 7 } as const;

/** Cyclic features have two columns, the others one. */
export const LINEAR_COLUMNS = SESSION_FEATURES.reduce((sum, { kind }) => sum + (isCyclic(kind) ? 2 : 1), 0);

function isCyclic(kind: string): kind is keyof typeof PERIODS {
  return kind in PERIODS;
}

/**
 * Writes ln(1 + value) of counts, times and amounts, sine and cosine of hours and weekdays, and other values unchanged.
 */
export function transformFeatures(features: ArrayLike<number>, out: Float64Array): void {
  let column = 0;
  SESSION_FEATURES.forEach(({ kind }, f) => {
    const value = features[f]!;
    if (isCyclic(kind)) {
      const angle = (2 * Math.PI * value) / PERIODS[kind];
      out[column++] = Math.sin(angle);
      out[column++] = Math.cos(angle);
    } else out[column++] = kind === 'share' || kind === 'flag' ? value : Math.log1p(value);
  });
}

/** Writes the standardised columns of a row. `out` has {@link LINEAR_COLUMNS} values. */
export function encodeLinear({ mean, scale }: LinearEncoding, features: ArrayLike<number>, out: Float64Array): void {
  transformFeatures(features, out);
  for (let c = 0; c < out.length; c++) out[c] = (out[c]! - mean[c]!) / scale[c]!;
}
