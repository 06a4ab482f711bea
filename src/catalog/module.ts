import type { EventLog } from '../events/event-log';
import type { ReadModel } from '../events/read-model';
import { ProductConditionsService } from './product-conditions.service';
import { ProductResolver } from './product.resolver';
import { ProductService } from './product.service';
import { ProductsReadModel } from './products.read-model';

/** @param readAttributes returns the attributes of a customer */
export function catalogModule(
  { pool, outbox }: EventLog,
  readAttributes: ConstructorParameters<typeof ProductConditionsService>[0],
) {
  const products = new ProductsReadModel();
  const conditions = new ProductConditionsService(readAttributes);
  const resolvers = [new ProductResolver(products, new ProductService(pool, outbox), conditions)];
  const readModels: ReadModel[] = [
    { load: (client) => products.load(client), apply: (_, change) => products.apply(change) },
  ];
  return { products, conditions, resolvers, readModels };
}
