import type { OrderMoveRecord } from './order-record';

type MoveOfHistory = Pick<OrderMoveRecord, 'status'> & { readonly units: object | null };

/** Returns the moves of the whole order to DELIVERED that were not taken back, in the order in which they were recorded. */
export function deliveriesOf<M extends MoveOfHistory>(history: readonly M[]): M[] {
  const since = history.findLastIndex((_, index) => takesBackDelivery(history, index));
  return history.slice(since + 1).filter(({ status, units }) => status === 'DELIVERED' && units === null);
}

/** Returns whether a move takes the delivery back: the whole order goes from DELIVERED back to SHIPPED. */
export function takesBackDelivery(history: readonly MoveOfHistory[], index: number): boolean {
  const { status, units } = history[index]!;
  return status === 'SHIPPED' && units === null && statusBefore(history, index) === 'DELIVERED';
}

/** Returns whether a move to DELIVERED repeats one: the order is DELIVERED already. */
export function repeatsDelivery(history: readonly MoveOfHistory[], index: number): boolean {
  return history[index]!.status === 'DELIVERED' && statusBefore(history, index) === 'DELIVERED';
}

function statusBefore(history: readonly MoveOfHistory[], index: number) {
  return history.slice(0, index).findLast(({ units }) => units === null)?.status;
}
