import type { Money } from '../graphql/money.type';
import type { ProductRecord } from './product-record';
import type { Product } from './product.type';

/** A product of the in-memory catalogue: the GraphQL fields, and the prices as numbers for filters and boosts. */
export interface CatalogueProduct extends Product {
  readonly priceNumber: number | undefined;
  readonly listPriceNumber: number | undefined;
}

export function catalogueProduct(record: ProductRecord): CatalogueProduct {
  const money = (amount: string | null): Money | null =>
    amount === null || record.currency === null ? null : { amount, currency: record.currency };
  const price = money(record.price);
  const listPrice = money(record.listPrice);
  return {
    id: record.id,
    title: record.title,
    description: record.description,
    url: record.url,
    imageUrls: record.imageUrls,
    price,
    listPrice,
    brand: record.brand,
    categories: record.categories,
    groupId: record.groupId,
    language: record.language,
    availability: record.availability,
    stock: record.stock,
    rating: record.rating,
    attributes: record.attributes,
    publishedAt: record.publishedAt === null ? null : new Date(record.publishedAt),
    updatedAt: new Date(record.updatedAt),
    priceNumber: price === null ? undefined : Number(price.amount),
    listPriceNumber: listPrice === null ? undefined : Number(listPrice.amount),
  };
}
