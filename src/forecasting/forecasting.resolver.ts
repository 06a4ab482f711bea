import { Arg, Extensions, Query, Resolver } from 'type-graphql';
import { WORK } from '../graphql/limits/operation-cost';
import { Scoped } from '../graphql/scope';
import { AnomalyDetector } from './anomaly-detector.service';
import { Forecaster } from './forecaster.service';
import { AnomaliesInput, Anomaly, Forecast, ForecastInput } from './forecasting.type';

/** Cost of a query, which reads months of windows and fits several regressions. A plain field costs 1. */
const FORECASTING_WORK = 10_000;

@Resolver()
export class ForecastingResolver {
  constructor(
    private readonly forecaster: Forecaster,
    private readonly anomalyDetector: AnomalyDetector,
  ) {}

  @Scoped('ADMIN')
  @Extensions({ [WORK]: FORECASTING_WORK })
  @Query(() => Forecast, {
    description:
      'What a figure of a stream will be on the coming days, by the model that forecast its past best, with a prediction interval.',
  })
  forecast(@Arg('input', () => ForecastInput) input: ForecastInput): Promise<Forecast> {
    return this.forecaster.forecast(input);
  }

  @Scoped('ADMIN')
  @Extensions({ [WORK]: FORECASTING_WORK })
  @Query(() => [Anomaly], {
    description: 'Windows in which a figure of a stream is not what it usually is at that time of the week.',
  })
  anomalies(@Arg('input', () => AnomaliesInput) input: AnomaliesInput): Promise<Anomaly[]> {
    return this.anomalyDetector.detect(input);
  }
}
