/** The operations of order tests, and their responses. */
export const ORDERS = `mutation($orders: [OrderInput!]!) {
  recordOrders(input: { orders: $orders }) { accepted unchanged changedLines receipt errors { index code message path } }
}`;
export const MOVE = `mutation($input: UpdateOrderStatusInput!) {
  updateOrderStatus(input: $input) { order { status } receipt errors { code message path } }
}`;
export const PAY = `mutation($payments: [PaymentInput!]!) {
  recordPayments(input: { payments: $payments }) { accepted unchanged receipt errors { index code path } }
}`;
const SHOWN = `id status paymentState customerId revision asOf total { amount currency } due { amount } charged { amount } refunded { amount }
  lines { id quantity shippedQuantity cancelledQuantity returnedQuantity product { id title } }
  payments { id kind } history { status lines { lineId quantity } }`;
export const ORDER = `query($id: ID!) { order(id: $id) { ${SHOWN} } }`;
export const LIVE = `subscription($id: ID!) { orderUpdated(id: $id) { ${SHOWN} } }`;
export const PAGE = `query($status: [OrderStatus!], $customerId: ID, $from: DateTime, $to: DateTime, $first: Int, $after: String) {
  orders(status: $status, customerId: $customerId, from: $from, to: $to, first: $first, after: $after) {
    nodes { id } pageInfo { hasNextPage endCursor }
  }
}`;

export interface Recorded {
  readonly recordOrders: {
    readonly accepted: number;
    readonly unchanged: number;
    readonly changedLines: number;
    readonly receipt: string;
    readonly errors: readonly { index: number; code: string; message: string; path: string | null }[];
  };
}
export interface Shown {
  readonly id: string;
  readonly status: string;
  readonly revision: string;
  readonly customerId: string | null;
  readonly [field: string]: unknown;
}

const HOUR = 3_600_000;
const START = Date.now() - 48 * HOUR;
/** Returns a time, in hours after a start two days ago. */
export const at = (hours: number) => new Date(START + hours * HOUR).toISOString();
export const euro = (amount: string) => ({ amount, currency: 'EUR' });
export const line = (productId: string, quantity = 1, more: object = {}) => ({
  id: `l-${productId}`,
  productId,
  quantity,
  unitPrice: euro('2.50'),
  ...more,
});
