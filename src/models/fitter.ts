import type { Pool } from '../platform/postgres';
import type { GateEvidence } from './gate';
import type { ModelKind } from './model-kind';

export interface FitContext {
  readonly pool: Pool;
  /** The active version's bytes, for comparison on the held-out time. */
  readonly incumbent: Uint8Array | null;
  /** The bytes of the best version so far, for comparison too, if it is a different version. */
  readonly best: Uint8Array | null;
  readonly seed: number;
  /** @param progress from 0 to 1 */
  readonly onProgress: (progress: number, stage: string) => void;
}

/**
 * A candidate, fitted on all data. The gate evaluates a holdout model, which was fitted only on the data before the
 * held-out time.
 */
export interface Fitted {
  readonly bytes: Uint8Array;
  /** The log position up to which it was fitted. */
  readonly position: number;
  /** SHA-256 of the data that it was fitted on. */
  readonly dataHash: Uint8Array;
  /** Parameters that were set and that the program chose. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Figures of the fit itself. */
  readonly figures: Readonly<Record<string, number>>;
  /** Null if there is no held-out time yet. */
  readonly evidence: GateEvidence | null;
}

/** Fits one kind of model. CPU-bound: it runs in a thread of low priority. */
export interface Fitter {
  readonly kind: ModelKind;
  /** The format that this release can serve. Each version stores it as the parameter `format`. */
  readonly format: string;
  /** @returns the fitted candidate, or, if there is too little data, the log position up to which it read */
  fit(context: FitContext): Promise<Fitted | { readonly tooLittleAt: number }>;
}
