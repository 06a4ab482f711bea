import { coInterest, recentCoInterest } from './co-interest';
import { coPurchase } from './co-purchase';
import { ease, recentEase } from './ease';
import { ials } from './ials';
import { personalFrequency } from './personal-frequency';
import { acquisition, popularity, trending } from './popularity';
import type { Source } from './source';
import { temporalRidge } from './temporal-ridge';

/** Where PERSONAL's candidates come from. A new source is a file and a line here. */
export const PERSONAL_SOURCES: readonly Source[] = [
  personalFrequency,
  temporalRidge,
  ease,
  recentEase,
  ials,
  coInterest,
  recentCoInterest,
  coPurchase,
  popularity,
  acquisition,
  trending,
];
