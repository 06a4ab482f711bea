import type { Fitter } from '../models/fitter';
import type { ModelKind } from '../models/model-kind';
import { blendFitter } from './blend.service';

/** How each kind of model is fitted. */
export const FITTERS: Readonly<Record<ModelKind, Fitter>> = { blend: blendFitter };
