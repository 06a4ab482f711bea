import type { Concept } from '../language/lexicon';

/** By intent: what the title or heading of a text about it names. */
export const INTENT_CONCEPTS: Readonly<Record<string, readonly Concept[]>> = {
  'delivery-options': ['delivery', 'delivery-time'],
  'international-delivery': ['abroad', 'delivery'],
  'cancel-order': ['cancel'],
  'change-order': ['change'],
  'return-item': ['return', 'return-period', 'return-cost'],
  'exchange-item': ['exchange', 'return'],
  'refund-status': ['refund'],
  'damaged-item': ['broken', 'defect', 'warranty', 'damaged-in-transit'],
  'wrong-or-missing-item': ['missing', 'wrong-item'],
  'payment-methods': ['payment'],
  'payment-problem': ['payment', 'declined'],
  invoice: ['invoice'],
  'discount-code': ['discount-code', 'voucher', 'discount'],
  'price-match': ['price-match'],
  'gift-card': ['gift-card', 'voucher'],
  'gift-wrap': ['gift-wrap', 'gift-message'],
  'size-advice': ['size-chart', 'size'],
  'warranty-repair': ['warranty', 'repair', 'spare-part'],
  'account-access': ['account', 'password'],
  'privacy-request': ['personal-data', 'delete'],
  unsubscribe: ['unsubscribe', 'newsletter'],
  'contact-details': ['contact', 'opening-hours', 'showroom'],
};

/** Intents that only a text which names one of their concepts answers. */
export const STRICT_INTENTS: ReadonlySet<string> = new Set([
  ...['price-match', 'gift-wrap', 'gift-card', 'unsubscribe', 'privacy-request', 'payment-problem'],
  ...['size-advice', 'warranty-repair', 'invoice'],
]);
