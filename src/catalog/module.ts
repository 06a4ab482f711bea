import type { EventLog } from '../events/event-log';
import type { ReadModel } from '../events/read-model';
import { ProductConditionsService, type CustomerValues } from './product-conditions.service';
import { ProductResolver } from './product.resolver';
import { ProductService } from './product.service';
import { ProductsReadModel } from './products.read-model';

export function catalogModule({ outbox }: EventLog, customers: CustomerValues) {
  const products = new ProductsReadModel();
  const conditions = new ProductConditionsService(customers);
  const resolvers = [new ProductResolver(products, new ProductService(outbox), conditions)];
  const readModels: ReadModel[] = [
    { load: (client) => products.load(client), apply: (_, change) => products.apply(change) },
  ];
  return { products, conditions, resolvers, readModels };
}
