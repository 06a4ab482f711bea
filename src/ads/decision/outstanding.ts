/** In this time, more than half of the clicks on an ad arrive that will ever do. */
const HALF_LIFE_MS = 30_000;

/**
 * What shown ads of campaigns are expected to cost but have not been charged yet, in millionths. Each amount halves in
 * {@link HALF_LIFE_MS}. Times are milliseconds since 1970.
 */
export class Outstanding {
  private readonly amounts = new Map<string, { amount: number; at: number }>();

  add(campaignId: string, amount: number, now: number): void {
    this.amounts.set(campaignId, { amount: this.of(campaignId, now) + amount, at: now });
  }

  of(campaignId: string, now: number): number {
    const known = this.amounts.get(campaignId);
    return known === undefined ? 0 : known.amount * 2 ** ((known.at - now) / HALF_LIFE_MS);
  }

  /** Returns the amounts of at least one millionth by campaign, and forgets the others. */
  all(now: number): Record<string, number> {
    const amounts: Record<string, number> = {};
    for (const campaignId of this.amounts.keys()) {
      const amount = this.of(campaignId, now);
      if (amount >= 1) amounts[campaignId] = amount;
      else this.amounts.delete(campaignId);
    }
    return amounts;
  }
}
