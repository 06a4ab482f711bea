import { rankerFitter } from './recommend/training/ranker-fitter.service';
import { rankingFitter } from './search/ranking-fitter.service';
import type { Fitter } from './models/fitter';
import type { ModelKind } from './models/model-kind';

/** The fitter of each kind of model. */
export const FITTERS: Readonly<Record<ModelKind, Fitter>> = { blend: rankerFitter, search: rankingFitter };
