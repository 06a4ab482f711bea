import type { ProductsReadModel } from '../catalog/products.read-model';
import type { EventLog } from '../events/event-log';
import type { ReadModel } from '../events/read-model';
import type { Platform } from '../platform/connect';
import { CustomerResolver } from './customer.resolver';
import { CustomerService } from './customer.service';
import { HistoriesReadModel } from './histories.read-model';
import { MergeService } from './merge.service';

export function customersModule(
  { pools, prisma, config }: Platform,
  { pool, outbox }: EventLog,
  products: ProductsReadModel,
) {
  const customers = new CustomerService(pool, prisma, outbox, products);
  const merges = new MergeService(pool, outbox);
  const histories = new HistoriesReadModel(pools.lists, config.maxHistories);
  const resolvers = [new CustomerResolver(customers, merges)];
  const readModels: ReadModel[] = [
    {
      apply: (position, change) => histories.apply(position, change),
      onReload: (position) => histories.apply(position, { reload: 'histories' }),
    },
  ];
  return { customers, merges, histories, resolvers, readModels };
}
