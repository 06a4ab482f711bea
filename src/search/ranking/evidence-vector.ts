import type { Evidence } from './log-linear';

/** What is logged of each hit that was shown, in this order: what its place rested on. */
export const EVIDENCE_NAMES = ['text', 'popularity', 'affinity', 'boost', 'available'] as const;

/** Goes with the vectors: whoever reads them later finds a feature by its name. Another meaning of a name is another number. */
export const EVIDENCE_VERSION = `evidence-1:${EVIDENCE_NAMES.join(',')}`;

const BYTES = 4;

/** Rows of hits. @returns base64 of hits.length × {@link EVIDENCE_NAMES}.length little-endian Float32, row by row */
export function encodeEvidence(hits: readonly Evidence[]): string {
  const width = EVIDENCE_NAMES.length;
  const bytes = new Uint8Array(hits.length * width * BYTES);
  const view = new DataView(bytes.buffer);
  hits.forEach((evidence, row) =>
    EVIDENCE_NAMES.forEach((name, column) =>
      view.setFloat32((row * width + column) * BYTES, Number(evidence[name]), true),
    ),
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
