import type { PoolClient } from '../platform/postgres';
import { ChangeListeners } from '../platform/change-listeners';
import type { LogChange } from '../events/position.store';
import type { ReadModel } from '../events/read-model';
import { catalogueProduct, type CatalogueProduct } from './catalogue-product';
import { mostSpecific, pathsAbove } from './category-path';
import { isSellable, type ProductRecord } from './product-record';
import { readAllProducts } from './product.store';
import type { Product } from './product.type';
import { SortedList } from './sorted-list';

declare module '../events/position.store' {
  interface LogChange {
    /** Products that were created or updated, with all fields. */
    readonly products?: readonly ProductRecord[];
    readonly deletedProducts?: readonly string[];
  }
}

/** The maximum delay of a Node.js timer, in ms. */
const MAX_TIMER_MS = 2_147_483_647;
/** Maximum number of variants that are listed for a product. */
export const MAX_VARIANTS = 100;

/** Products that are read, or compared with a filter, in a step. */
const PRODUCTS_PER_STEP = 64;
const NO_IDS: ReadonlySet<string> = new Set();

/** Data of a published product. Times are in ms since 1970. */
export interface PublishedProduct {
  readonly productId: string;
  readonly categories: readonly string[];
  readonly publishedAt?: number;
  readonly updatedAt: number;
}

/** The whole catalogue in memory, updated with the changes in the log. */
export class ProductsReadModel implements ReadModel {
  private products = new Map<string, CatalogueProduct>();
  private byCategory = new Map<string, Set<string>>();
  private byGroup = new Map<string, Set<string>>();
  private readonly byId = new SortedList<string>(byText);
  private readonly byAge = new SortedList<CatalogueProduct>(
    (a, b) => publicationOrUpdateTime(b) - publicationOrUpdateTime(a) || byText(a.id, b.id),
  );
  private readonly watchers = new ChangeListeners();
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  async load(client: PoolClient): Promise<void> {
    const records = await readAllProducts(client);
    this.products = new Map();
    this.byCategory = new Map();
    this.byGroup = new Map();
    for (const record of records) this.put(catalogueProduct(record));
    this.byId.reset(this.products.keys());
    this.byAge.reset(this.products.values());
    this.notifyAndSchedule();
  }

  apply({ products, deletedProducts }: LogChange): void {
    if (!products && !deletedProducts) return;
    const next = new Map<string, CatalogueProduct | null>();
    for (const record of products ?? []) next.set(record.id, catalogueProduct(record));
    for (const id of deletedProducts ?? []) next.set(id, null);
    const outdated: CatalogueProduct[] = [];
    const current: CatalogueProduct[] = [];
    const [removedIds, newIds]: [string[], string[]] = [[], []];
    for (const [id, product] of next) {
      const before = this.products.get(id);
      if (before) {
        this.remove(before);
        outdated.push(before);
        if (!product) removedIds.push(id);
      } else if (product) newIds.push(id);
      if (!product) continue;
      this.put(product);
      current.push(product);
    }
    this.byId.update(removedIds, newIds);
    this.byAge.update(outdated, current);
    this.notifyAndSchedule();
  }

  /**
   * Calls `notifyWatchers` whenever the catalogue has changed or a product has reached its publication time, until the
   * returned function is called.
   */
  watch(notifyWatchers: () => void): () => void {
    return this.watchers.add(notifyWatchers);
  }

  get size(): number {
    return this.products.size;
  }

  /** Returns a product even if it is not published. Do not show the result to storefront keys. */
  get(id: string): CatalogueProduct | undefined {
    return this.products.get(id);
  }

  /** Returns a product if it is published at `now` (ms since 1970). */
  getPublished(id: string, now = Date.now()): CatalogueProduct | undefined {
    const product = this.products.get(id);
    return product !== undefined && isPublished(product, now) ? product : undefined;
  }

  /** Returns whether a recommendation list may contain the product, that is, whether it is published and sellable. */
  isEligible(id: string, now = Date.now()): boolean {
    const product = this.getPublished(id, now);
    return product !== undefined && isSellable(product.availability);
  }

  /**
   * Returns the ids of other products in the product's categories. Of each of its most specific paths, that is the
   * deepest one with another product that a list may contain, not only variants; roots only if the product is in no
   * deeper category.
   */
  sameCategory(id: string): string[] {
    const product = this.products.get(id);
    const isOther = (otherId: string) =>
      otherId !== id && !isVariantOf(this.products.get(otherId), product) && this.isEligible(otherId);
    const ids = new Set<string>();
    const lists = mostSpecific(product?.categories ?? []).map(pathsAbove);
    const isDeep = lists.some(({ length }) => length > 1);
    for (const paths of lists) {
      const shared = (isDeep ? paths.slice(0, -1) : paths).find((path) =>
        some(this.byCategory.get(path) ?? [], isOther),
      );
      if (shared !== undefined) for (const other of this.byCategory.get(shared)!) ids.add(other);
    }
    ids.delete(id);
    return [...ids];
  }

  /**
   * Yields the ids of products published at `now` (ms), newest first. A product without a publication time is ordered
   * by its update time.
   */
  *newest(now: number): Generator<string> {
    for (const product of this.byAge.items) if (isPublished(product, now)) yield product.id;
  }

  /** Returns the ids of the products of a group, published or not. */
  idsOfGroup(groupId: string): ReadonlySet<string> {
    return this.byGroup.get(groupId) ?? NO_IDS;
  }

  variants(product: Product, passes: (variant: CatalogueProduct) => boolean = () => true): Product[] {
    if (product.groupId === null) return [];
    return [...(this.byGroup.get(product.groupId) ?? [])]
      .filter((id) => id !== product.id)
      .sort()
      .map((id) => this.products.get(id) as CatalogueProduct)
      .filter(passes)
      .slice(0, MAX_VARIANTS);
  }

  /** Yields the products that are published at `now` (ms), in no particular order. */
  *published(now: number): Iterable<PublishedProduct> {
    for (const product of this.products.values()) {
      if (!isPublished(product, now)) continue;
      const { id: productId, categories, publishedAt, updatedAt } = product;
      yield { productId, categories, publishedAt: publishedAt?.getTime(), updatedAt: updatedAt.getTime() };
    }
  }

  /** Returns up to `count` products that pass the test, sorted by id, starting after the id `after`. */
  *pageInSteps(
    after: string | undefined,
    count: number,
    passes: (product: CatalogueProduct) => boolean,
  ): Generator<undefined, Product[], undefined> {
    const page: Product[] = [];
    let last = after;
    for (;;) {
      // Read again after each step, because the catalogue may have changed.
      const ids = this.byId.items;
      const from = last === undefined ? 0 : this.byId.firstWhere((id) => id > last!);
      const end = Math.min(from + PRODUCTS_PER_STEP, ids.length);
      for (let at = from; at < end; at++) {
        if (page.length === count) return page;
        const product = this.products.get(ids[at]!) as CatalogueProduct;
        if (passes(product)) page.push(product);
      }
      if (end === ids.length) return page;
      last = ids[end - 1];
      yield;
    }
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  private notifyAndSchedule(): void {
    this.watchers.notify();
    clearTimeout(this.timer);
    const next = this.nextPublicationTime(Date.now());
    if (next === undefined || this.isClosed) return;
    this.timer = setTimeout(() => this.notifyAndSchedule(), Math.min(Math.max(0, next - Date.now()), MAX_TIMER_MS));
    this.timer.unref();
  }

  /** Returns the earliest publication time in the future (ms since 1970); undefined if there is none. */
  private nextPublicationTime(now: number): number | undefined {
    const { items } = this.byAge;
    for (let at = this.byAge.firstWhere((product) => publicationOrUpdateTime(product) <= now) - 1; at >= 0; at--) {
      const product = items[at]!;
      if (product.publishedAt !== null) return publicationOrUpdateTime(product);
    }
    return undefined;
  }

  private put(product: CatalogueProduct): void {
    this.products.set(product.id, product);
    for (const path of pathsOf(product)) link(this.byCategory, path, product.id);
    if (product.groupId !== null) link(this.byGroup, product.groupId, product.id);
  }

  private remove(product: CatalogueProduct): void {
    this.products.delete(product.id);
    for (const path of pathsOf(product)) unlink(this.byCategory, path, product.id);
    if (product.groupId !== null) unlink(this.byGroup, product.groupId, product.id);
  }
}

function isVariantOf(one: Product | undefined, other: Product | undefined): boolean {
  return one?.groupId != null && one.groupId === other?.groupId;
}

function some<T>(values: Iterable<T>, holds: (value: T) => boolean): boolean {
  for (const value of values) if (holds(value)) return true;
  return false;
}

/** Returns the categories of a product, and those that they are below. */
function pathsOf({ categories }: Product): ReadonlySet<string> {
  return new Set(categories.flatMap(pathsAbove));
}

export function isPublished({ publishedAt }: Product, now: number): boolean {
  return publishedAt === null || publishedAt.getTime() <= now;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function publicationOrUpdateTime(product: Product): number {
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
