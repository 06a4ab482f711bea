import { rankerFitter } from '../recommend/ranker-fitter.service';
import { rankingFitter } from '../search/ranking-fitter.service';
import type { Fitter } from './fitter';
import type { ModelKind } from './model-kind';

/** The fitter of each kind of model. */
export const FITTERS: Readonly<Record<ModelKind, Fitter>> = { blend: rankerFitter, search: rankingFitter };
