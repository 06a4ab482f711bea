/** The error of one item of a mutation. */
export interface ItemFault {
  readonly code: string;
  readonly message: string;
  readonly path: string | null;
}

/** The fault of a form without an id. The server would refuse the whole operation and would not name the field. */
export const MISSING_ID: ItemFault = { code: 'BAD_USER_INPUT', message: 'The id is missing.', path: 'id' };

/** What is wrong with a mutation's input, in one of the two forms that payloads have. */
export type Faults =
  | { readonly errors: readonly ItemFault[] }
  | {
      readonly userErrors: readonly {
        readonly code: string;
        readonly message: string;
        readonly field: readonly string[] | null;
      }[];
    };

/** Returns the errors of a payload. The path of a `UserError` is the last name of its `field`. */
export function faultsOf(payload: Faults): readonly ItemFault[] {
  if ('errors' in payload) return payload.errors;
  return payload.userErrors.map(({ code, message, field }) => ({ code, message, path: field?.at(-1) ?? null }));
}
