/**
 * A customer's profile was computed again because of a purchase, a return or a merge, or the customer's segment changed
 * for another reason.
 */
export interface ProfileChange {
  readonly customerId: string;
  /** The segment before; null if the customer was in none. Equal to `to` if only predictions have changed. */
  readonly from: string | null;
  readonly to: string | null;
  /** Whether the customer has opted out of profiling or in again. */
  readonly changesProfiling?: true;
}

declare module '../../events/position.store' {
  interface LogChange {
    /** Customers whose profile (segment, predictions) has changed. */
    readonly profiles?: readonly ProfileChange[];
  }
}
