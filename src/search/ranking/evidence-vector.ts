import { FIELD_FEATURES } from './field-evidence';
import type { Evidence } from './log-linear';

/**
 * What a ranking looks at of a product for a query and a customer, as numbers:
 *
 * - `text`: ln(1 + BM25F); `popularity`, `affinity`: 0 … 1
 * - `unavailable`: 1 where it is out of stock, else 0
 * - `price`: ln(1 + price); `rating`: as the shop gives it; NaN where there is none
 * - `discount`: share off the old price; `novelty`: 1 when new, half of it after a month
 * - `titleMatch` … `exactMatch`: where it has the words of the query, as shares of them
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

/** What is logged of each hit that was shown, in this order: what its place rested on. */
export const EVIDENCE_NAMES = [...RANKING_FEATURES, 'boost'] as const;

const MEANING = 'evidence-2';
/** Goes with the vectors: whoever reads them later finds a feature by its name. Another meaning of a name is another number. */
export const EVIDENCE_VERSION = `${MEANING}:${EVIDENCE_NAMES.join(',')}`;

/** What was not always logged: unknown where it is not there. */
const LATER: ReadonlySet<string> = new Set(FIELD_FEATURES);

const BYTES = 4;

/** Rows of hits. @returns base64 of hits.length × {@link EVIDENCE_NAMES}.length little-endian Float32, row by row */
export function encodeEvidence(hits: readonly Evidence[]): string {
  const width = EVIDENCE_NAMES.length;
  const bytes = new Uint8Array(hits.length * width * BYTES);
  const view = new DataView(bytes.buffer);
  hits.forEach((evidence, row) =>
    EVIDENCE_NAMES.forEach((name, column) => view.setFloat32((row * width + column) * BYTES, evidence[name], true)),
  );
  return Buffer.from(bytes.buffer).toString('base64');
}

/** Vectors as they were logged, by whatever version. */
export interface EvidenceRows {
  readonly names: readonly string[];
  /** rows × names.length, row by row */
  readonly values: Float32Array;
}

/** @returns null for what was not written by {@link encodeEvidence} */
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
 * The features of some rows, as a ranking learns from them; NaN for one that came later.
 * @returns rows × {@link RANKING_FEATURES}; null where they mean something else, are not all there, or of so many rows
 */
export function rankingFeatures(version: string, encoded: string, rows: number): Float32Array | null {
  const logged = version.startsWith(`${MEANING}:`) ? decodeEvidence(version, encoded) : null;
  if (logged === null || logged.values.length !== rows * logged.names.length) return null;
  const { names, values } = logged;
  if (RANKING_FEATURES.some((name) => !names.includes(name) && !LATER.has(name))) return null;
  const columns = RANKING_FEATURES.map((name) => names.indexOf(name));
  return Float32Array.from({ length: rows * columns.length }, (_, at) => {
    const column = columns[at % columns.length];
    return column < 0 ? NaN : values[Math.floor(at / columns.length) * names.length + column];
  });
}
