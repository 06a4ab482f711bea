/** A sample of a shop's customers, with all of their events. */
export interface CustomerSample {
  /** Log position up to which events were read. */
  readonly position: number;
  /** Each customer that was read stands for this many customers of the shop: 1, 2, 4 … */
  readonly weight: number;
  /**
   * Time (`occurredAt`, ms) of each product's first event, whether or not that event was read. Empty if all events were
   * read.
   */
  readonly firstSeen: ReadonlyMap<string, number>;
}
