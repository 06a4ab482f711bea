import type { ApiContext, ApiNeeds } from '../rooms/room';
import { BusinessReportResolver } from './report/business-report.resolver';
import { BusinessReportService } from './report/business-report.service';
import { RevenueForecaster } from './report/revenue-forecast.service';
import type { needs } from './room';

export const resolvers = [BusinessReportResolver];

export function api({ config, pool, pubSub, log }: ApiContext, { catalog: { products } }: ApiNeeds<typeof needs>) {
  const reports = new BusinessReportService(pool, config.timeZone, { pubSub, log });
  return { resolvers: [new BusinessReportResolver(reports, new RevenueForecaster(pool), products)] };
}
