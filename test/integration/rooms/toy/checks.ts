import { ok } from '../../../../src/platform/checks';
import type { Platform } from '../../../../src/platform/connect';
import { countWishers } from './wish.store';

export const checks = async ({ pool }: Platform) => [ok('wishes', `of ${await countWishers(pool)} customers`)];
