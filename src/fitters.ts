import { adsFitter } from './ads/clicks/ads-fitter';
import { rankerFitter } from './recommend/training/ranker-fitter';
import { behaviourFitter } from './customers/behaviour/behaviour-fitter';
import { segmentsFitter } from './customers/segments/segments-fitter';
import { valueFitter } from './customers/value/value-fitter';
import { rankingFitter } from './search/ranking/ranking-fitter';
import { intentsFitter } from './support/understanding/intents-fitter';
import type { Fitter } from './models/fitter';
import type { ModelKind } from './models/model-kind';

/** The fitter of each kind of model. */
export const FITTERS: Readonly<Record<ModelKind, Fitter>> = {
  blend: rankerFitter,
  search: rankingFitter,
  segments: segmentsFitter,
  value: valueFitter,
  behaviour: behaviourFitter,
  intents: intentsFitter,
  ads: adsFitter,
};
