/** The error of one item of a mutation. */
export interface ItemFault {
  readonly code: string;
  readonly message: string;
  readonly path: string | null;
}
