import type { RecordShape } from '../expressions/shape';
import type { CatalogueProduct } from './catalogue-product';

/** The product fields that expressions can read. Prices are read as the nearest double: `9.990` equals `9.99`. */
export const PRODUCT_SHAPE: RecordShape<CatalogueProduct> = {
  name: 'product',
  fields: {
    id: { type: 'string', read: ({ id }) => id },
    title: { type: 'string', read: ({ title }) => title },
    price: { type: 'double', read: ({ priceNumber }) => priceNumber },
    listPrice: { type: 'double', read: ({ listPriceNumber }) => listPriceNumber },
    currency: { type: 'string', read: ({ price, listPrice }) => (price ?? listPrice)?.currency },
    stock: { type: 'double', read: ({ stock }) => stock ?? undefined },
    availability: { type: 'string', read: ({ availability }) => availability },
    brand: { type: 'string', read: ({ brand }) => brand ?? undefined },
    categories: { type: 'list<string>', read: ({ categories }) => categories },
    groupId: { type: 'string', read: ({ groupId }) => groupId ?? undefined },
    language: { type: 'string', read: ({ language }) => language ?? undefined },
    rating: { type: 'double', read: ({ rating }) => rating ?? undefined },
    publishedAt: { type: 'google.protobuf.Timestamp', read: ({ publishedAt }) => publishedAt ?? undefined },
    attributes: { type: 'map<string, dyn>', read: ({ attributes }) => attributes },
  },
};
