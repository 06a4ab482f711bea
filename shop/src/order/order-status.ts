/** The statuses of an order that is delivered, in order. */
export const FULFILMENT_STEPS = ['PLACED', 'PAID', 'PACKED', 'SHIPPED', 'DELIVERED'] as const;

const STATUS_NAMES: Readonly<Record<string, string>> = {
  PLACED: 'Placed',
  PAID: 'Paid',
  PACKED: 'Packed',
  SHIPPED: 'On its way',
  DELIVERED: 'Delivered',
  CANCELLED: 'Cancelled',
  RETURNED: 'Returned',
  REFUNDED: 'Refunded',
};

export const nameOfStatus = (status: string): string => STATUS_NAMES[status] ?? status;
