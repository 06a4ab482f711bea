import { coInterest } from './co-interest';
import { coPurchase } from './co-purchase';
import { ease } from './ease';
import { ials } from './ials';
import { nearestSessions } from './nearest-sessions';
import { personalFrequency } from './personal-frequency';
import { acquisition, popularity, trending } from './popularity';
import type { ShopSource, Source } from './source';
import { temporalRidge } from './temporal-ridge';
import { transitions } from './transitions';

/** The candidate sources that depend on the customer. A new source needs a file and a line here. */
export const PERSONAL_SOURCES: readonly Source[] = [
  personalFrequency,
  temporalRidge,
  ease,
  ials,
  coInterest,
  coPurchase,
];

/** Candidate sources that depend on the customer's newest products. The ranker's fit decides whether they are used. */
export const SESSION_SOURCES: readonly Source[] = [nearestSessions, transitions];

/** The candidate sources that are the same for all customers. */
export const SHOP_SOURCES: readonly ShopSource[] = [popularity, acquisition, trending];
