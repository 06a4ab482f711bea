import type { ProductInput } from '../catalog/product.type';
import { MS_PER_HOUR, MS_PER_MINUTE } from '../learn/durations';
import { demoOrderHistory, pricesByProduct } from './demo-orders';
import type { DemoOrder } from './demo-visit';

/** A message of a conversation: of the customer, with the intent that it has, or of a person of the shop. */
export type DemoMessage =
  { readonly text: string; readonly intent: string } | { readonly text: string; readonly by: 'OPERATOR' };

/** A synthetic conversation, without the answers, which are composed from the data of the demo shop. */
export interface DemoConversation {
  readonly customerId: string;
  /** In milliseconds since 1970 (UTC). The messages follow a minute apart. */
  readonly startedAt: number;
  readonly messages: readonly DemoMessage[];
  readonly isClosed: boolean;
}

/**
 * Returns the synthetic conversations of the hours before `now` (ms), each of another customer. It depends only on the
 * arguments.
 */
export function demoConversations(
  orders: readonly DemoOrder[],
  products: readonly ProductInput[],
  now: number,
): DemoConversation[] {
  const prices = pricesByProduct(products);
  const statuses = new Map<string, string>();
  for (const order of [...orders].sort((a, b) => b.placedAt - a.placedAt)) {
    const { customerId } = order;
    if (customerId === undefined || statuses.has(customerId)) continue;
    statuses.set(customerId, demoOrderHistory(order, prices, now).order.status ?? 'PLACED');
  }
  const free = [...statuses];
  /** Takes a customer whose newest order has the status, or else any. */
  const customerWith = (status: string): string => {
    const index = Math.max(
      0,
      free.findIndex(([, each]) => each === status),
    );
    return free.splice(index, 1)[0]?.[0] ?? '';
  };
  const script = (customerId: string, hoursAgo: number, messages: readonly DemoMessage[], isClosed = false) => ({
    ...{ customerId, messages, isClosed },
    startedAt: Math.round(now - hoursAgo * MS_PER_HOUR),
  });
  const product = products.find(({ availability }) => availability !== 'OUT_OF_STOCK') ?? products[0];
  return [
    script(customerWith('SHIPPED'), 5, [
      { text: 'Hello!', intent: 'greeting' },
      { text: 'Where is my order?', intent: 'order-status' },
      { text: 'Thank you', intent: 'thanks' },
    ]),
    script(customerWith('DELIVERED'), 4, [{ text: 'I would like to return my order', intent: 'return-item' }]),
    script(customerWith('DELIVERED'), 3, [
      { text: 'How much does express delivery cost?', intent: 'delivery-options' },
    ]),
    script(customerWith('DELIVERED'), 2.5, [
      { text: `Is the ${product?.title ?? ''} in stock?`, intent: 'product-availability' },
    ]),
    script(
      customerWith('DELIVERED'),
      2,
      [
        { text: 'The parcel was open and a part is missing. I am really annoyed.', intent: 'complaint' },
        { text: 'I am sorry. We send the missing part today, free of charge.', by: 'OPERATOR' },
        { text: 'That is kind, thanks', intent: 'thanks' },
        { text: 'You are welcome.', by: 'OPERATOR' },
      ],
      true,
    ),
    script(customerWith('SHIPPED'), 1, [{ text: '我的订单到哪里了？', intent: 'order-status' }]),
    script(customerWith('DELIVERED'), 0.5, [
      { text: 'Can I still change the address of my order?', intent: 'change-order' },
      { text: 'I want to talk to a person, please', intent: 'speak-to-person' },
    ]),
  ].filter(({ customerId }) => customerId !== '');
}

/** The time of a message, from 0. */
export const messageTime = ({ startedAt }: DemoConversation, index: number): number =>
  startedAt + (index + 1) * MS_PER_MINUTE;
