import { knowsProduct, readModels } from '../events/room';
import type { ApiContext, ApiNeeds } from '../rooms/room';
import { type CustomerValues, ProductConditionsService } from './product-conditions.service';
import { ProductResolver } from './product.resolver';
import { ProductService } from './product.service';
import { ProductsReadModel } from './products.read-model';
import { customerValues, type needs } from './room';

export const resolvers = [ProductResolver];

/** In a shop without a room of customers, no customer has attributes or a profile. */
const NO_CUSTOMERS: CustomerValues = { attributesOf: async () => undefined, profileOf: async () => ({}) };

export function api({ contributionsTo }: ApiContext, { events: { eventLog } }: ApiNeeds<typeof needs>) {
  const products = new ProductsReadModel();
  const customers = () => contributionsTo(customerValues)[0] ?? NO_CUSTOMERS;
  const conditions = new ProductConditionsService({
    attributesOf: (id) => customers().attributesOf(id),
    profileOf: (id) => customers().profileOf(id),
  });
  return {
    offers: { products, conditions },
    contributes: [readModels.with(products), knowsProduct.with((id) => products.getPublished(id) !== undefined)],
    resolvers: [new ProductResolver(products, new ProductService(eventLog.outbox), conditions)],
    stop: () => products.close(),
  };
}
