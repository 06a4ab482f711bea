import type { FaultShop } from '../fault-shop';
import type { Recounted } from '../recounted';
import { Backfills } from './backfills';
import { CatalogueChanges, shownAt } from './catalogue-changes';
import { CrossReads } from './cross-reads';
import { Merges } from './merges';

/** The other traffic of a shop while events arrive. */
export class OtherTraffic {
  private readonly merges: Merges;
  private readonly catalogue: CatalogueChanges;
  private readonly backfills: Backfills;
  private readonly reads: CrossReads;

  constructor(private readonly shop: FaultShop) {
    const clients = () => shop.apis.map(({ client }) => client);
    this.merges = new Merges(clients, shop.others);
    this.catalogue = new CatalogueChanges(clients);
    this.backfills = new Backfills(() => shop.services.shop, shop.others);
    this.reads = new CrossReads(clients, shop.others);
  }

  private get all() {
    return [this.merges, this.catalogue, this.backfills, this.reads];
  }

  start(): void {
    for (const each of this.all) each.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((each) => each.stop()));
  }

  /** A summary of the traffic. */
  done(): string[] {
    return this.all.map((each) => each.done());
  }

  /** Sessions that continued under their old id after they were merged. */
  get apart(): readonly string[] {
    return this.merges.apart;
  }

  /** Call it after the shop has settled: verifies at each API process that acknowledged changes are visible. */
  async expectExact({ merges, interest }: Recounted): Promise<void> {
    // The merges have changed the counts.
    expect(interest.kept).not.toEqual(interest.apart);
    for (const { from, into, position } of this.merges.acknowledged) {
      const done = merges.some((each) => each.from === from && each.into === into && each.position <= position);
      expect({ from, into, position, done }).toEqual({ from, into, position, done: true });
    }
    expect(this.merges.acknowledged.length).toBeGreaterThan(0);
    expect(this.reads.stale).toEqual([]);
    expect(this.reads.included.length).toBeGreaterThan(0);
    const { expected } = this.catalogue;
    for (const { client } of this.shop.apis) expect(await shownAt(client, [...expected.keys()])).toEqual(expected);
  }
}
