import type { PoolClient } from '../platform/postgres';
import { Watchers } from '../platform/watchers';
import type { LogChange } from '../events/position';
import { catalogueProduct, type CatalogueProduct } from './catalogue-product';
import { isSellable, type ProductRecord } from './product-record';
import { readAllProducts } from './product-table';
import type { Product } from './product.type';

/** Of one group, as far as they are listed. */
export const MAX_VARIANTS = 100;

/** A product's place in time, in milliseconds since 1970. */
export interface CataloguedProduct {
  readonly productId: string;
  readonly categories: readonly string[];
  readonly publishedAt?: number;
  readonly updatedAt: number;
}

/** The whole catalogue in memory, as resolvers answer it; kept current by the log's changes. */
export class ProductsReadModel {
  private products = new Map<string, CatalogueProduct>();
  private byCategory = new Map<string, Set<string>>();
  private byGroup = new Map<string, Set<string>>();
  private sorted: string[] | null = null;
  private byAge: CatalogueProduct[] | null = null;
  private readonly watchers = new Watchers();

  async load(client: PoolClient): Promise<void> {
    const records = await readAllProducts(client);
    this.products = new Map();
    this.byCategory = new Map();
    this.byGroup = new Map();
    this.sorted = null;
    this.byAge = null;
    for (const record of records) this.put(record);
    this.watchers.tell();
  }

  apply(change: LogChange): void {
    for (const record of (change.products ?? []) as ProductRecord[]) this.put(record);
    for (const id of change.deletedProducts ?? []) this.remove(id);
    if (change.products || change.deletedProducts) this.watchers.tell();
  }

  /** Calls back whenever the catalogue has changed, until the returned function is called. */
  watch(changed: () => void): () => void {
    return this.watchers.add(changed);
  }

  get size(): number {
    return this.products.size;
  }

  has(id: string): boolean {
    return this.products.has(id);
  }

  get(id: string): CatalogueProduct | undefined {
    return this.products.get(id);
  }

  /** Whether a list may offer it. */
  isEligible(id: string): boolean {
    const product = this.products.get(id);
    return product !== undefined && isSellable(product.availability);
  }

  /** Ids of the products that share a category with this one, the most specific category first. */
  sameCategory(id: string): string[] {
    const categories = this.products.get(id)?.categories ?? [];
    const ids = new Set([...categories].reverse().flatMap((category) => [...(this.byCategory.get(category) ?? [])]));
    ids.delete(id);
    return [...ids];
  }

  /** Ids of all products but those to be published later than `now` (ms), those published (or else changed) last first. */
  *newest(now: number): Iterable<string> {
    this.byAge ??= [...this.products.values()].sort(
      (a, b) => publishedAt(b) - publishedAt(a) || (a.id < b.id ? -1 : 1),
    );
    for (const product of this.byAge) if (isPublished(product, now)) yield product.id;
  }

  variants(product: Product): Product[] {
    if (product.groupId === null) return [];
    return [...(this.byGroup.get(product.groupId) ?? [])]
      .filter((id) => id !== product.id)
      .sort()
      .slice(0, MAX_VARIANTS)
      .flatMap((id) => this.products.get(id) ?? []);
  }

  /** Every product but those to be published later than `now` (ms): when it was, and when it was changed. */
  *published(now: number): Iterable<CataloguedProduct> {
    for (const product of this.products.values()) {
      if (!isPublished(product, now)) continue;
      const { id: productId, categories, publishedAt, updatedAt } = product;
      yield { productId, categories, publishedAt: publishedAt?.getTime(), updatedAt: updatedAt.getTime() };
    }
  }

  /** Products by id, after one; of those that pass. */
  page(
    after: string | undefined,
    count: number,
    passes: ((product: CatalogueProduct) => boolean) | null = null,
  ): Product[] {
    this.sorted ??= [...this.products.keys()].sort();
    const page: Product[] = [];
    for (let at = after === undefined ? 0 : firstAbove(this.sorted, after); at < this.sorted.length; at++) {
      if (page.length === count) break;
      const product = this.products.get(this.sorted[at]) as CatalogueProduct;
      if (passes === null || passes(product)) page.push(product);
    }
    return page;
  }

  private put(record: ProductRecord): void {
    const before = this.products.get(record.id);
    if (before) this.unlink(before);
    else this.sorted = null;
    this.byAge = null;
    const product = catalogueProduct(record);
    this.products.set(product.id, product);
    for (const category of product.categories) link(this.byCategory, category, product.id);
    if (product.groupId !== null) link(this.byGroup, product.groupId, product.id);
  }

  private remove(id: string): void {
    const product = this.products.get(id);
    if (!product) return;
    this.unlink(product);
    this.products.delete(id);
    this.sorted = null;
    this.byAge = null;
  }

  private unlink(product: Product): void {
    for (const category of product.categories) unlink(this.byCategory, category, product.id);
    if (product.groupId !== null) unlink(this.byGroup, product.groupId, product.id);
  }
}

function isPublished({ publishedAt }: Product, now: number): boolean {
  return publishedAt === null || publishedAt.getTime() <= now;
}

function publishedAt(product: Product): number {
  return (product.publishedAt ?? product.updatedAt).getTime();
}

function link(index: Map<string, Set<string>>, key: string, id: string): void {
  const set = index.get(key);
  if (set) set.add(id);
  else index.set(key, new Set([id]));
}

function unlink(index: Map<string, Set<string>>, key: string, id: string): void {
  const set = index.get(key);
  set?.delete(id);
  if (set?.size === 0) index.delete(key);
}

function firstAbove(sorted: readonly string[], id: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
