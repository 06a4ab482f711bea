import { blendFitter } from '../recommend/blend.service';
import { rankingFitter } from '../search/ranking-fitter.service';
import type { Fitter } from './fitter';
import type { ModelKind } from './model-kind';

/** How each kind of model is fitted. */
export const FITTERS: Readonly<Record<ModelKind, Fitter>> = { blend: blendFitter, search: rankingFitter };
