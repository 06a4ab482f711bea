import { AnomalyDetector } from './anomaly-detector.service';
import { Forecaster } from './forecaster.service';
import { ForecastingResolver } from './forecasting.resolver';
import { StreamFigureReader } from './stream-figure-reader.service';
import type { StreamService } from '../streams/stream.service';
import type { WindowsService } from '../streams/windows.service';

export function forecastingModule(streams: StreamService, windows: WindowsService) {
  const figures = new StreamFigureReader(streams, windows);
  const resolvers = [new ForecastingResolver(new Forecaster(figures), new AnomalyDetector(figures))];
  return { resolvers };
}
