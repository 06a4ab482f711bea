import { checkItemCount } from '../graphql/item-count';
import type { ItemError } from '../graphql/item-error.type';
import { commitChange } from '../events/commit-change';
import type { Outbox } from '../events/outbox.service';
import type { LogChange } from '../events/position.store';
import { receiptOf } from '../events/receipts';
import type { PoolClient } from '../platform/postgres';
import { factsOf, sameFacts } from './product-facts';
import { storeProductVersions, type ProductVersion } from './product-history.store';
import { mergeProduct, updateOffer, type ItemFault } from './merge-product';
import { sameContent, type ProductRecord } from './product-record';
import { lockCatalogue, readProducts, removeProducts, writeProducts } from './product.store';
import type { OfferInput, ProductInput, WriteProductsPayload } from './product.type';

export const MAX_PRODUCTS = 1_000;

interface Changed {
  readonly change: LogChange | null;
  readonly versions: readonly ProductVersion[];
}

/** Changes the catalogue. Each change is one transaction and gets a position in the log of events. */
export class ProductService {
  constructor(
    private readonly outbox: Outbox,
    private readonly now: () => number = Date.now,
  ) {}

  /** Upserts products item by item. Invalid items do not affect valid ones. */
  upsert(products: readonly ProductInput[]): Promise<WriteProductsPayload> {
    return this.change(products, mergeProduct);
  }

  /** Updates prices, stock and availability. */
  updateOffers(offers: readonly OfferInput[]): Promise<WriteProductsPayload> {
    return this.change(offers, updateOffer);
  }

  /** Deletes products. A deleted product no longer appears in lists, but its events stay in the log. */
  async delete(ids: readonly string[]): Promise<WriteProductsPayload> {
    checkItemCount(ids.length, MAX_PRODUCTS, 'products');
    return this.commit(async (client) => {
      await lockCatalogue(client);
      const removed = await removeProducts(client, ids);
      const removedIds = new Set(removed);
      const errors = ids.flatMap((id, index) =>
        removedIds.has(id)
          ? []
          : [{ index, code: 'NOT_FOUND', message: `there is no product ${JSON.stringify(id)}`, path: 'id' }],
      );
      return {
        change: removed.length > 0 ? { deletedProducts: removed } : null,
        versions: removed.map((id) => ({ id, facts: null })),
        accepted: ids.length - errors.length,
        unchanged: 0,
        errors,
      };
    });
  }

  private async change<Input extends { id: string }>(
    inputs: readonly Input[],
    merge: (stored: ProductRecord | undefined, input: Input, now: number) => ProductRecord | ItemFault,
  ): Promise<WriteProductsPayload> {
    checkItemCount(inputs.length, MAX_PRODUCTS, 'products');
    return this.commit(async (client) => {
      await lockCatalogue(client);
      const products = await readProducts(
        client,
        inputs.map((input) => input.id),
      );
      const before = new Map(products);
      const changed = new Map<string, ProductRecord>();
      const errors: ItemError[] = [];
      let unchanged = 0;
      inputs.forEach((input, index) => {
        const stored = products.get(input.id);
        const merged = merge(stored, input, this.now());
        if ('code' in merged) return void errors.push({ ...merged, index, path: merged.path ?? null });
        if (stored && sameContent(stored, merged)) return void unchanged++;
        products.set(input.id, merged);
        changed.set(input.id, merged);
      });
      const records = [...changed.values()];
      await writeProducts(client, records);
      return {
        change: records.length > 0 ? { products: records } : null,
        versions: records.flatMap((record): ProductVersion[] => {
          const stored = before.get(record.id);
          const facts = factsOf(record);
          return stored && sameFacts(factsOf(stored), facts) ? [] : [{ id: record.id, facts }];
        }),
        accepted: inputs.length - errors.length,
        unchanged,
        errors,
      };
    });
  }

  /** Runs the work in one transaction. If something changed, allocates a log position and publishes the change. */
  private async commit(
    work: (client: PoolClient) => Promise<Changed & Omit<WriteProductsPayload, 'receipt'>>,
  ): Promise<WriteProductsPayload> {
    const { position, ...result } = await commitChange(this.outbox, async (client) => {
      const { versions, ...written } = await work(client);
      return { ...written, afterPosition: (at: number) => storeProductVersions(client, at, versions) };
    });
    return { ...result, receipt: receiptOf(position) };
  }
}
