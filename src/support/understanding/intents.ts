/**
 * The intents that Freshet knows without any example of the shop. A shop may add examples to them, and intents of its
 * own, which are answered from its articles.
 */
export const STARTER_INTENTS = {
  'order-status': 'Where an order or parcel is, and when it arrives.',
  'order-details': 'What was ordered, when and how often, and what was paid for it.',
  'late-delivery': 'A parcel that should have arrived by now, or does not move.',
  'delivered-not-received': 'The carrier says that a parcel was delivered, but the customer does not have it.',
  'delivery-options': 'What delivery costs, how long it takes and which ways of delivery there are.',
  'international-delivery': 'Whether the shop delivers to a country, with customs and taxes.',
  'cancel-order': 'The customer wants to cancel an order.',
  'change-order': 'The customer wants to change the address, the products or the quantities of an order.',
  'return-item': 'How to return a product, until when, and whether that is possible.',
  'exchange-item': 'The customer wants another size, colour or product instead of the one received.',
  'refund-status': 'When the money of a return or cancellation comes.',
  'damaged-item': 'A product arrived broken or does not work.',
  'wrong-or-missing-item': 'A parcel contains the wrong product, or a product is missing from it.',
  'payment-methods': 'How customers can pay.',
  'payment-problem': 'A payment failed, was declined or was charged twice.',
  invoice: 'The customer needs an invoice or a receipt.',
  'discount-code': 'Discount codes, promotions and codes that do not work.',
  'price-match': 'Another shop sells a product for less.',
  'gift-card': 'Buying, using and the balance of gift cards.',
  'gift-wrap': 'Wrapping an order as a gift, with a message.',
  'product-availability': 'Whether a product is in stock, or when it is again.',
  'product-details': 'What a product is made of, its measures, features and price.',
  'product-recommendation': 'Which product suits a need, or alternatives to a product.',
  'size-advice': 'Which size the customer should order.',
  'warranty-repair': 'Warranty, repairs and spare parts.',
  'account-access': 'Signing in, passwords, and the data of the account.',
  'privacy-request': 'Which personal data the shop has, and its deletion.',
  unsubscribe: 'Ending newsletters and other messages.',
  'contact-details': 'Opening hours, addresses and telephone numbers of the shop.',
  complaint: 'The customer is angry about the shop, its service or a product, and says so.',
  'speak-to-person': 'The customer wants to talk to a person instead of a machine.',
  greeting: 'A greeting without a question.',
  thanks: 'Thanks or a goodbye, without a question.',
} as const satisfies Readonly<Record<string, string>>;

export type StarterIntent = keyof typeof STARTER_INTENTS;

const INTENT = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MAX_INTENT_LENGTH = 64;

/** Returns what is wrong with the id of an intent, as the end of a sentence; undefined if nothing is. */
export function faultOfIntent(intent: string): string | undefined {
  if (intent.length <= MAX_INTENT_LENGTH && INTENT.test(intent)) return undefined;
  return `must be an intent: at most ${MAX_INTENT_LENGTH} lower-case letters and digits, separated by hyphens`;
}
