import type { ArticleInput } from '../support/articles/article.type';

/** The articles of the demo shop, which is synthetic like all of it. */
export const DEMO_ARTICLES: readonly ArticleInput[] = [
  {
    id: 'returns',
    title: 'Returns and refunds',
    body: `# How to return
You can return every product within 30 days of its delivery. Open the order in your account, print the label, and bring the parcel to any post office. Returns are free.

# Condition of products
You may try a product as you would in a shop. Please send it back in its packaging, with all its parts.

# Refunds
We refund a return to the same means of payment within five working days of its arrival in our warehouse.`,
    intents: ['return-item'],
  },
  {
    id: 'refunds',
    title: 'When your money comes back',
    body: 'We refund returns and cancelled orders to the same means of payment. A card takes up to five working days after the return has arrived, a bank transfer up to three.',
    intents: ['refund-status'],
  },
  {
    id: 'exchanges',
    title: 'Exchanges',
    body: 'To exchange a product for another size or colour, return it and order the other one. Then you have it before your return arrives.',
    intents: ['exchange-item'],
  },
  {
    id: 'delivery',
    title: 'Shipping and delivery',
    body: `# Costs
Standard delivery costs 4.90 EUR, and nothing for orders of 50 EUR or more.

# Times
Standard delivery takes two to four working days. Each product page shows when a product would reach you.

# Express
Express delivery on the next working day costs 9.90 EUR for orders before 14:00.`,
    intents: ['delivery-options'],
  },
  {
    id: 'international-delivery',
    title: 'Delivery to other countries',
    body: 'We deliver to all countries of the European Union, to Norway, to Switzerland and to the United Kingdom. Outside of the European Union, customs and taxes are paid on delivery.',
    intents: ['international-delivery'],
  },
  {
    id: 'payment',
    title: 'Ways to pay',
    body: 'You can pay by credit card, by bank transfer in advance, by direct debit, and with gift cards of this shop.',
    intents: ['payment-methods'],
  },
  {
    id: 'payment-problems',
    title: 'A payment did not work',
    body: 'If a card was declined, nothing was charged: please check the limit of the card, or choose another way to pay. An amount that appears twice is a reservation, which ends by itself within a few days.',
    intents: ['payment-problem'],
  },
  {
    id: 'invoices',
    title: 'Invoices',
    body: 'The invoice of each order is in your account, on the page of the order. It states your address and the value added tax.',
    intents: ['invoice'],
  },
  {
    id: 'discount-codes',
    title: 'Discount codes',
    body: 'Enter a discount code in the cart. Each order can have one code. A code does not apply to gift cards or to products that are already reduced.',
    intents: ['discount-code'],
  },
  {
    id: 'gift-cards',
    title: 'Gift cards',
    body: 'Gift cards from 10 EUR to 200 EUR come by e-mail, and are valid for three years. Enter the number of the card when you pay; the rest stays on the card.',
    intents: ['gift-card'],
  },
  {
    id: 'warranty',
    title: 'Warranty and repairs',
    body: 'Every product has a warranty of two years. If something breaks in this time, we repair it or replace it.',
    intents: ['warranty-repair', 'damaged-item'],
  },
  {
    id: 'account',
    title: 'Your account',
    body: 'If you have forgotten your password, choose "Forgot password" on the sign-in page. You can change your address and your e-mail on the page of your account.',
    intents: ['account-access'],
  },
  {
    id: 'privacy',
    title: 'Your personal data',
    body: 'We store your orders as long as the law requires, and use your visits to recommend products. Ask us at any time for a copy of your data, or for its deletion.',
    intents: ['privacy-request'],
  },
  {
    id: 'newsletter',
    title: 'Newsletter',
    body: 'Each newsletter has a link at its end that unsubscribes you at once.',
    intents: ['unsubscribe'],
  },
  {
    id: 'contact',
    title: 'Contact and opening hours',
    body: 'Our team answers here on working days from 9:00 to 18:00. This shop is a demo: it has no address and no telephone.',
    intents: ['contact-details'],
  },
];
