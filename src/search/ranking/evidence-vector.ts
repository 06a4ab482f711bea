import { FIELD_FEATURES } from './field-evidence';
import type { HitEvidence } from './log-linear';

/**
 * The features of a product for a query and a customer:
 *
 * - `text`: ln(1 + BM25F); `popularity`, `affinity`: 0 … 1
 * - `unavailable`: 1 if the product is out of stock, else 0
 * - `price`: ln(1 + price), or NaN if unknown; `rating`: as given by the shop, or NaN if unknown
 * - `discount`: discount as a share of the old price; `novelty`: 1 when new, halved every 30 days
 * - `titleMatch` … `exactMatch`: shares of the query's words, see {@link FIELD_FEATURES}
 */
export const RANKING_FEATURES = [
  'text',
  'popularity',
  'affinity',
  'unavailable',
  'price',
  'discount',
  'rating',
  'novelty',
  ...FIELD_FEATURES,
] as const;
export type RankingFeature = (typeof RANKING_FEATURES)[number];

/**
 * Names and order of the values logged for each shown hit: the inputs of its score without the click evidence, and
 * without boosts that read the customer's profile.
 */
export const EVIDENCE_NAMES = [...RANKING_FEATURES, 'boost'] as const;

const MEANING = 'evidence-2';
/**
 * This version is logged with the vectors. It contains the names of the features, so that readers find a feature by
 * name. If the meaning of a feature changes, increment the number in `MEANING`.
 */
export const EVIDENCE_VERSION = `${MEANING}:${EVIDENCE_NAMES.join(',')}`;

/** Features that older versions did not log. A feature that was not logged is unknown (NaN). */
const LATER_FEATURES: ReadonlySet<string> = new Set(FIELD_FEATURES);

const BYTES = 4;

/** Encodes hits. @returns base64 of hits.length × {@link EVIDENCE_NAMES}.length little-endian Float32, row by row */
export function encodeEvidence(hits: readonly HitEvidence[]): string {
  const width = EVIDENCE_NAMES.length;
  const bytes = new Uint8Array(hits.length * width * BYTES);
  const view = new DataView(bytes.buffer);
  hits.forEach((evidence, row) =>
    EVIDENCE_NAMES.forEach((name, column) => view.setFloat32((row * width + column) * BYTES, evidence[name], true)),
  );
  return Buffer.from(bytes.buffer).toString('base64');
}

/** Decoded vectors of any logged version. */
export interface EvidenceRows {
  readonly names: readonly string[];
  /** rows × names.length values, row by row */
  readonly values: Float32Array;
}

/** Decodes logged vectors. @returns null if {@link encodeEvidence} did not write them */
export function decodeEvidence(version: string, encoded: string): EvidenceRows | null {
  const [, list] = /^evidence-\d+:(.+)$/.exec(version) ?? [];
  if (list === undefined) return null;
  const names = list.split(',');
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length % (names.length * BYTES) !== 0) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    names,
    values: Float32Array.from({ length: bytes.length / BYTES }, (_, at) => view.getFloat32(at * BYTES, true)),
  };
}

/**
 * Decodes logged vectors into features for training. A feature in {@link LATER_FEATURES} that was not logged is NaN.
 * @returns rows × {@link RANKING_FEATURES}.length values; null if the features had another meaning, a feature outside
 * {@link LATER_FEATURES} is missing, or the row count is wrong
 */
export function rankingFeatures(version: string, encoded: string, rows: number): Float32Array | null {
  const logged = version.startsWith(`${MEANING}:`) ? decodeEvidence(version, encoded) : null;
  if (logged === null || logged.values.length !== rows * logged.names.length) return null;
  const { names, values } = logged;
  if (RANKING_FEATURES.some((name) => !names.includes(name) && !LATER_FEATURES.has(name))) return null;
  const columns = RANKING_FEATURES.map((name) => names.indexOf(name));
  return Float32Array.from({ length: rows * columns.length }, (_, at) => {
    const column = columns[at % columns.length];
    return column < 0 ? NaN : values[Math.floor(at / columns.length) * names.length + column];
  });
}
