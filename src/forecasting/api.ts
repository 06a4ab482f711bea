import type { ApiContext, ApiNeeds } from '../rooms/room';
import { AnomalyDetector } from './anomaly-detector.service';
import { Forecaster } from './forecaster.service';
import { ForecastingResolver } from './forecasting.resolver';
import type { needs } from './room';
import { StreamFigureReader } from './stream-figure-reader.service';

export const resolvers = [ForecastingResolver];

export function api(_: ApiContext, { streams: { streams, windows } }: ApiNeeds<typeof needs>) {
  const figures = new StreamFigureReader(streams, windows);
  return { resolvers: [new ForecastingResolver(new Forecaster(figures), new AnomalyDetector(figures))] };
}
