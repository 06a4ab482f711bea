import type { Pool } from '../platform/postgres';
import type { Evidence } from './gate';
import type { ModelKind } from './model-kind';

export interface FitContext {
  readonly pool: Pool;
  /** The active version's bytes, to compare with: by what was fitted without the held-out time. */
  readonly incumbent: Uint8Array | null;
  /** Those of the best version so far, to compare with too, where that is another one. */
  readonly best: Uint8Array | null;
  readonly seed: number;
  /** @param progress from 0 to 1 */
  readonly onProgress: (progress: number, stage: string) => void;
}

/** A candidate: fitted on all data, and judged by its twin, which was fitted on what came before the held-out time. */
export interface Fitted {
  readonly bytes: Uint8Array;
  /** The log's position up to which it was fitted. */
  readonly position: number;
  /** SHA-256 over what it was fitted on. */
  readonly dataHash: Uint8Array;
  /** What was set, and what the program chose. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Of the fit itself. */
  readonly figures: Readonly<Record<string, number>>;
  /** Null where there is no held-out time yet. */
  readonly evidence: Evidence | null;
}

/** How one kind of model is fitted. CPU-bound: it runs in a thread of low priority. */
export interface Fitter {
  readonly kind: ModelKind;
  /** What a version has to be fitted as for this program to serve it; each keeps it as the parameter of this name. */
  readonly format: string;
  /** @returns the log's position that it looked at where there is too little to learn from */
  fit(context: FitContext): Promise<Fitted | { readonly tooLittleAt: number }>;
}
