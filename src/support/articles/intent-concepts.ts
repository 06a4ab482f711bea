import type { Concept } from '../language/lexicon';

/** By intent: what the title or heading of a text about it names. */
const INTENT_CONCEPTS: ReadonlyMap<string, readonly Concept[]> = new Map(
  Object.entries({
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
  } satisfies Record<string, readonly Concept[]>),
);

/** Returns what the title or heading of a text about an intent names; nothing for intents of the shop. */
export function conceptsOfIntent(intent: string | null): readonly Concept[] {
  return INTENT_CONCEPTS.get(intent ?? '') ?? [];
}

/** Intents that only a text which names one of their concepts answers. */
export const STRICT_INTENTS: ReadonlySet<string> = new Set([
  ...['price-match', 'gift-wrap', 'gift-card', 'unsubscribe', 'privacy-request', 'payment-problem'],
  ...['size-advice', 'warranty-repair', 'invoice'],
]);
