import { randomItem } from '../../../src/learn/random-draws';
import { seededRandom } from '../../../src/learn/seeded-random';
import type { IntentExample } from '../../../src/support/understanding/intent-example';

/** Words of synthetic intents. Each sentence has two of its intent and some of the filler. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  parcel: ['parcel', 'package', 'tracking', 'courier', 'shipment', 'arrive'],
  refund: ['refund', 'money', 'reimburse', 'repay', 'credited', 'back'],
  invoice: ['invoice', 'receipt', 'billing', 'tax', 'document', 'printed'],
  voucher: ['voucher', 'coupon', 'promo', 'discount', 'code', 'redeem'],
  size: ['size', 'fit', 'large', 'small', 'waist', 'length'],
  login: ['password', 'login', 'account', 'signin', 'locked', 'username'],
  退货: ['退货', '退回', '寄回', '退换', '换货', '不想要'],
  发票: ['发票', '开票', '抬头', '税号', '电子票', '收据'],
};
const FILLER = ['please', 'the', 'my', 'I', 'about', 'question', 'hello', 'want', 'today', 'can', 'you', 'with'];
const FOREIGN = ['planet', 'recipe', 'football', 'president', 'weather', 'guitar', 'volcano', 'poem', 'chess', 'opera'];

/** Returns synthetic sentences: `perIntent` of each intent, in a fixed order. */
export function syntheticSentences(perIntent: number, seed: number): IntentExample[] {
  const random = seededRandom(seed);
  return Object.entries(WORDS).flatMap(([intent, words]) =>
    Array.from({ length: perIntent }, () => ({ intent, text: sentence(random, words) })),
  );
}

/** Returns synthetic sentences about none of the intents. */
export function foreignSentences(count: number, seed: number): string[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => sentence(random, FOREIGN));
}

function sentence(random: () => number, words: readonly string[]): string {
  return [FILLER, FILLER, words, FILLER, words, FILLER].map((list) => randomItem(list, random)).join(' ');
}
