import type { Pool } from '../platform/postgres';
import type { GateEvidence } from './gate';
import type { ModelKind } from './model-kind';

export interface FitContext {
  readonly pool: Pool;
  /** The active version's bytes, for comparison on the held-out time. */
  readonly incumbent: Uint8Array | null;
  /**
   * The bytes of the best version so far, which is also compared; null if it is the active version or is not stored.
   */
  readonly best: Uint8Array | null;
  readonly seed: number;
  /** @param progress from 0 to 1 */
  readonly onProgress: (progress: number, stage: string) => void;
}

/**
 * A candidate, fitted on all data. The gate evaluates a second model instead, which was fitted only on the data before
 * the held-out time.
 */
export interface Fitted {
  readonly bytes: Uint8Array;
  /** The log position up to which the candidate was fitted. */
  readonly position: number;
  /** SHA-256 of the data that the candidate was fitted on. */
  readonly dataHash: Uint8Array;
  /** All parameters of the fit: those that were configured and those that the fitter chose. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Measurements of the fit itself; the gate adds others. */
  readonly figures: Readonly<Record<string, number>>;
  /** The evaluation for the gate; null if there is no held-out time yet. */
  readonly evidence: GateEvidence | null;
}

/** Fits one kind of model. A fit is CPU-bound, so it runs in a separate process of low priority. */
export interface Fitter {
  readonly kind: ModelKind;
  /** The format that this release can serve. Each version stores it as the parameter `format`. */
  readonly format: string;
  /** @returns the candidate; if there is too little data, the log position up to which the fitter read the log */
  fit(context: FitContext): Promise<Fitted | { readonly tooLittleAt: number }>;
}
