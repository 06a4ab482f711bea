/** Code of {@link ErasureConflict}, by which other processes recognise it. */
const ERASURE_CONFLICT = 'ERASURE_CONFLICT';

export class ErasureConflict extends Error {
  readonly code = ERASURE_CONFLICT;

  constructor() {
    super('a person was erased after the data had been read; it will be read again');
    this.name = 'ErasureConflict';
  }
}

/** Returns whether an error is an {@link ErasureConflict}, also one of another process. */
export function isErasureConflict(error: unknown): boolean {
  return (error as { readonly code?: string }).code === ERASURE_CONFLICT;
}
