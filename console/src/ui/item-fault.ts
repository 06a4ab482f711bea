/** Why one item of a mutation was not taken. */
export interface ItemFault {
  readonly code: string;
  readonly message: string;
  readonly path: string | null;
}
