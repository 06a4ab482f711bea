import { deliveriesOf } from './delivery-moves';
import { compareAmounts, isZero } from '../learn/exact-decimal';
import {
  allowedStatuses,
  canMove,
  followsFromPayments,
  isOpen,
  MOVED_BY_SHIPMENTS,
  type OrderStatus,
} from './life-cycle';
import { badInput, conflict, isFault, type OrderFault } from './order-fault';
import { dueOf, paidOf, type OrderLineRecord, type OrderMoveRecord, type OrderRecord } from './order-record';

/** A change of the status of an order or of some of its units. */
export interface Move {
  readonly status: OrderStatus;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly movedBy: string;
  /** Number of units by line id; null for the whole order. */
  readonly units: Readonly<Record<string, number>> | null;
}

type UnitCounter = 'shipped' | 'cancelled' | 'returned';
const COUNTER_OF_STATUS: Partial<Record<OrderStatus, UnitCounter>> = {
  SHIPPED: 'shipped',
  CANCELLED: 'cancelled',
  RETURNED: 'returned',
};

/**
 * Returns the order after a move and all further moves that follow from it; the same object if the move was recorded
 * before.
 */
export function moveOrder(order: OrderRecord, move: Move): OrderRecord | OrderFault {
  // It stays if the parcels turn out not to be delivered.
  if (isFirstReport(order, move)) return withMove(order, move);
  const repeatedMove = findRepeatedMove(order, move);
  if (repeatedMove !== undefined) return repeatedMove;
  if (followsFromPayments(move.status)) {
    return conflict(
      `status can't be set to ${move.status}: it is derived from payments (see recordPayments). ${describeAllowed(order)}`,
      'status',
    );
  }
  const moved = move.units === null ? moveWhole(order, move) : moveUnits(order, move, move.units);
  return isFault(moved) ? moved : applyDerivedMoves(moved, move);
}

/**
 * Returns the order after all moves that follow from its units and payments. Each move is an allowed transition. Must
 * be called after every change of units or payments.
 */
export function applyDerivedMoves(
  order: OrderRecord,
  { occurredAt, recordedAt }: Pick<Move, 'occurredAt' | 'recordedAt'>,
): OrderRecord {
  for (;;) {
    const nextStatus = nextDerivedStatus(order);
    if (nextStatus === undefined) return order;
    const movedBy = followsFromPayments(nextStatus) ? 'payments' : 'units';
    order = withMove(order, { status: nextStatus, occurredAt, recordedAt, movedBy, units: null });
  }
}

/**
 * Returns an order without its delivery by parcels, which turned out to be none: it is SHIPPED again. If the shop has
 * reported the delivery itself, it is DELIVERED since then.
 * @param deliveredAt when its parcels were delivered instead; null if they were not
 */
export function takeBackDelivery(order: OrderRecord, recordedAt: string, deliveredAt: string | null): OrderRecord {
  const deliveries = order.status === 'DELIVERED' ? deliveriesOf(order.history) : [];
  if (!deliveries.some(({ movedBy }) => movedBy === MOVED_BY_SHIPMENTS)) return order;
  const move = { recordedAt, movedBy: MOVED_BY_SHIPMENTS, units: null };
  const shipped = withMove(order, { ...move, status: 'SHIPPED', occurredAt: recordedAt });
  const report = deliveries.find(({ movedBy }) => movedBy !== MOVED_BY_SHIPMENTS);
  if (report !== undefined) return withMove(shipped, { ...report, recordedAt });
  return deliveredAt === null ? shipped : withMove(shipped, { ...move, status: 'DELIVERED', occurredAt: deliveredAt });
}

/** Returns whether the shop itself reports, for the first time, a delivery that the parcels have reported. */
function isFirstReport({ status, history }: OrderRecord, move: Move): boolean {
  if (status !== 'DELIVERED' || move.status !== 'DELIVERED' || move.units !== null) return false;
  const movers = deliveriesOf(history).map(({ movedBy }) => movedBy);
  return move.movedBy !== MOVED_BY_SHIPMENTS && movers.every((mover) => mover === MOVED_BY_SHIPMENTS);
}

function findRepeatedMove(
  order: OrderRecord,
  { status, occurredAt, units }: Move,
): OrderRecord | OrderFault | undefined {
  if (units === null) return order.status === status || isRecorded(order, status, occurredAt) ? order : undefined;
  const same = order.history.find((move) => move.status === status && move.units && move.occurredAt === occurredAt);
  if (!same?.units) return undefined;
  const lines = new Set([...Object.keys(same.units), ...Object.keys(units)]);
  if ([...lines].every((line) => same.units?.[line] === units[line])) return order;
  return conflict(`a move to ${status} at ${occurredAt} is recorded with other units`, 'lines');
}

function isRecorded({ history }: OrderRecord, status: OrderStatus, at: string): boolean {
  const moves = status === 'DELIVERED' ? deliveriesOf(history) : history;
  return moves.some((move) => move.status === status && move.units === null && move.occurredAt === at);
}

function moveWhole(order: OrderRecord, move: Move): OrderRecord | OrderFault {
  if (!canMove(order.status, move.status)) {
    return conflict(`status can't change from ${order.status} to ${move.status}. ${describeAllowed(order)}`, 'status');
  }
  if (move.status === 'CANCELLED' && order.lines.some((line) => line.shipped > 0)) {
    return conflict('some units are shipped: cancel the others with lines', 'status');
  }
  return withMove({ ...order, lines: order.lines.map((line) => lineAfterMove(line, move.status)) }, move);
}

/** Returns the line after the whole order has moved to this status. */
export function lineAfterMove(line: OrderLineRecord, status: OrderStatus): OrderLineRecord {
  const remaining = line.quantity - line.cancelled;
  if (status === 'SHIPPED' || status === 'DELIVERED') return { ...line, shipped: remaining };
  if (status === 'CANCELLED') return { ...line, cancelled: line.quantity };
  if (status === 'RETURNED') return { ...line, shipped: remaining, returned: remaining };
  return line;
}

function moveUnits(order: OrderRecord, move: Move, units: NonNullable<Move['units']>): OrderRecord | OrderFault {
  const counter = COUNTER_OF_STATUS[move.status];
  if (counter === undefined)
    return badInput('lines are allowed only with the status SHIPPED, CANCELLED or RETURNED', 'lines');
  const lines = new Map(order.lines.map((line) => [line.id, line]));
  for (const [id, count] of Object.entries(units)) {
    const line = lines.get(id);
    if (!line) return { code: 'NOT_FOUND', message: `the order has no line ${JSON.stringify(id)}`, path: 'lines' };
    const left = order.kind === 'RETURN' ? 0 : unitsLeft(line, counter);
    if (count > left)
      return conflict(`at most ${left} units of line ${id} can become ${move.status}; got ${count}`, 'lines');
    lines.set(id, { ...line, [counter]: line[counter] + count });
  }
  return withMove({ ...order, lines: [...lines.values()] }, move);
}

function unitsLeft(line: OrderLineRecord, counter: UnitCounter): number {
  return counter === 'returned' ? line.shipped - line.returned : line.quantity - line.cancelled - line.shipped;
}

/** Adds a move to the history. A move of the whole order (`units` is null) also changes the status of the order. */
function withMove(order: OrderRecord, { status, occurredAt, recordedAt, movedBy, units }: Move): OrderRecord {
  const entry: OrderMoveRecord = { status, occurredAt, recordedAt, movedBy, units };
  return { ...order, status: units === null ? status : order.status, history: [...order.history, entry] };
}

function nextDerivedStatus(order: OrderRecord): OrderStatus | undefined {
  const { status, lines, kind } = order;
  const refunded = paidOf(order, 'REFUND');
  if (kind === 'RETURN') {
    return status === 'RETURNED' && !isZero(refunded) && compareAmounts(refunded, order.total) >= 0
      ? 'REFUNDED'
      : undefined;
  }
  const charged = paidOf(order, 'CHARGE');
  // Where nothing is due, nothing has to be paid.
  const isPaid = compareAmounts(charged, dueOf(order)) >= 0;
  const sum = (count: (line: OrderLineRecord) => number) => lines.reduce((all, line) => all + count(line), 0);
  const remaining = sum((line) => line.quantity - line.cancelled);
  if (isOpen(status)) {
    if (remaining === 0) return 'CANCELLED';
    if (sum((line) => line.shipped) === remaining) return 'SHIPPED';
    return status === 'PLACED' && isPaid ? 'PAID' : undefined;
  }
  if ((status === 'SHIPPED' || status === 'DELIVERED') && sum((line) => line.returned) === remaining) return 'RETURNED';
  const isRefunded = !isZero(charged) && compareAmounts(refunded, charged) >= 0;
  return (status === 'CANCELLED' || status === 'RETURNED') && isRefunded ? 'REFUNDED' : undefined;
}

function describeAllowed({ status, kind }: OrderRecord): string {
  const allowed = kind === 'RETURN' ? [] : allowedStatuses(status);
  return allowed.length > 0 ? `Allowed from ${status}: ${allowed.join(', ')}` : `No status is allowed from ${status}`;
}
