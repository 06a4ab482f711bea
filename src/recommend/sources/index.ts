import { coInterest } from './co-interest';
import { coPurchase } from './co-purchase';
import { ease } from './ease';
import { ials } from './ials';
import { personalFrequency } from './personal-frequency';
import { acquisition, popularity, trending } from './popularity';
import type { ShopSource, Source } from './source';
import { temporalRidge } from './temporal-ridge';

/** Where PERSONAL's candidates come from. A new source is a file and a line here. */
export const PERSONAL_SOURCES: readonly Source[] = [
  personalFrequency,
  temporalRidge,
  ease,
  ials,
  coInterest,
  coPurchase,
];

/** Where more of them come from, the same for all customers. */
export const SHOP_SOURCES: readonly ShopSource[] = [popularity, acquisition, trending];
