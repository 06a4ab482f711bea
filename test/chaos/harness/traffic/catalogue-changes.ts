import { seededRandom } from '../../../../src/learn/seeded-random';
import type { GraphqlClient } from '../../../setup/graphql-client';
import { UPSERT } from '../../../setup/operations';
import { product, PRODUCTS } from '../events';
import { insist, type Clients } from './insist';
import { Traffic } from './traffic';

const OFFER = `mutation($offers: [OfferInput!]!) { updateOffers(input: { offers: $offers }) { accepted errors { code } } }`;
const DELETE = `mutation($ids: [ID!]!) { deleteProducts(input: { ids: $ids }) { accepted errors { code } } }`;
const PRODUCT = `query($id: ID!) { product(id: $id) { title price { amount } } }`;
const EVERY_MS = 200;
/** Products that have no events of the load: these are also deleted and created again. */
const FLEETING = 10;

export interface Shown {
  readonly title: string;
  readonly price: { readonly amount: string } | null;
}

/**
 * Changes titles and prices, and deletes and recreates products, one after another, so that the expected final state is
 * known.
 */
export class CatalogueChanges extends Traffic {
  /** The last acknowledged state, by product. */
  readonly expected = new Map<string, Shown>();
  private readonly random = seededRandom(17);
  private readonly gone = new Set<string>();
  private changes = 0;
  private deletions = 0;

  constructor(private readonly clients: Clients) {
    super(EVERY_MS);
  }

  override done(): string {
    return `${this.changes} catalogue changes, ${this.deletions} deletions among them`;
  }

  protected override async step(): Promise<void> {
    const n = Math.floor(this.random() * (PRODUCTS + FLEETING));
    const id = product(n);
    const stored = this.expected.get(id);
    if (n >= PRODUCTS && stored) return this.remove(id);
    if (!stored || this.random() < 0.5) return this.rename(id);
    return this.reprice(id, stored);
  }

  /** Every deleted product is created again. */
  protected override async finish(): Promise<void> {
    for (const id of this.gone) await this.rename(id);
  }

  private async rename(id: string): Promise<void> {
    const title = `${id}, version ${++this.changes}`;
    await insist(this.clients, UPSERT, { products: [{ id, title }] });
    this.gone.delete(id);
    this.expected.set(id, { title, price: this.expected.get(id)?.price ?? null });
  }

  private async reprice(id: string, stored: Shown): Promise<void> {
    const amount = `${++this.changes}.50`;
    await insist(this.clients, OFFER, { offers: [{ id, price: { amount, currency: 'EUR' } }] });
    this.expected.set(id, { ...stored, price: { amount } });
  }

  private async remove(id: string): Promise<void> {
    this.changes++;
    this.deletions++;
    // A request that is repeated because its first response was lost finds nothing to delete; that is an error of the
    // item.
    await insist(this.clients, DELETE, { ids: [id] });
    this.expected.delete(id);
    this.gone.add(id);
  }
}

export async function shownAt(client: GraphqlClient, ids: readonly string[]): Promise<Map<string, Shown | null>> {
  const shown = ids.map(
    async (id) => [id, (await client.data<{ product: Shown | null }>(PRODUCT, { id })).product] as const,
  );
  return new Map(await Promise.all(shown));
}
