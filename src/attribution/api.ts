import type { ProductsReadModel } from '../catalog/products.read-model';
import type { Platform } from '../platform/connect';
import { BusinessReportResolver } from './report/business-report.resolver';
import { BusinessReportService } from './report/business-report.service';
import { RevenueForecaster } from './report/revenue-forecast.service';

export function attributionModule({ config, pool, pubSub, log }: Platform, products: ProductsReadModel) {
  const reports = new BusinessReportService(pool, config.timeZone, { pubSub, log });
  return { resolvers: [new BusinessReportResolver(reports, new RevenueForecaster(pool), products)] };
}
