import { subjectOfCustomer, subjectOfSession } from '../events/log-event';
import type { MoneyInput } from '../graphql/money.type';
import { compareAmounts, exactSum } from '../learn/exact-decimal';
import { isOpen } from './life-cycle';
import { applyDerivedMoves, lineAfterMove } from './move-order';
import { badInput, conflict, isFault, type OrderFault } from './order-fault';
import type { OrderInput, OrderLineInput } from './order-input.type';
import { ownerOf, totalOf, type OrderLineRecord, type OrderRecord } from './order-record';

/** The sender of a change, and the time at which it is recorded. */
export interface ChangeContext {
  readonly recordedAt: string;
  readonly movedBy: string;
}

/**
 * Returns the order after an input has been applied, or the error. An absent field stays unchanged, null clears it.
 * Some fields are immutable, because they are in the log: owner, time, kind and currency of an order; product, price
 * and time of a line. An input may repeat them but not change them.
 */
export function mergeOrder(
  stored: OrderRecord | undefined,
  input: OrderInput,
  changeContext: ChangeContext,
): OrderRecord | OrderFault {
  const updatedAt = (input.updatedAt ?? new Date(changeContext.recordedAt)).toISOString();
  if (stored && updatedAt < stored.updatedAt) return addMissingLines(stored, input, changeContext);
  const orderFields = stored ? mergeOrderFields(stored, input) : newOrder(input, changeContext, updatedAt);
  if (isFault(orderFields)) return orderFields;
  const lines = mergeLines(orderFields, input.lines ?? []);
  if (isFault(lines)) return lines;
  if (lines.length === 0) return badInput('lines are missing: a new order requires at least one', 'lines');
  const merged: OrderRecord = { ...orderFields, lines, updatedAt };
  const currency = currencyOf(input);
  if (currency !== undefined && currency !== merged.currency) {
    return conflict(`the order's currency is ${merged.currency}`, 'lines');
  }
  const total = totalOf(merged);
  const wrong = faultOfTotal(input, total, merged);
  if (wrong) return wrong;
  const occurredAt = stored ? updatedAt : merged.history[0]!.occurredAt;
  return applyDerivedMoves({ ...merged, total }, { occurredAt, ...changeContext });
}

/**
 * Adds the lines of older data that the order lacks: lines are never removed, so they belong to it, too. All else of older
 * data is ignored.
 */
function addMissingLines(
  stored: OrderRecord,
  input: OrderInput,
  changeContext: ChangeContext,
): OrderRecord | OrderFault {
  const known = new Set(stored.lines.map(({ id }) => id));
  if ((input.lines ?? []).every(({ id }) => known.has(id)))
    return {
      code: 'STALE',
      message: `updatedAt is older than the stored order, which is of ${stored.updatedAt}`,
      path: 'updatedAt',
    };
  const fault = faultOfFixedFields(stored, input);
  if (fault !== undefined) return fault;
  const currency = currencyOf(input);
  if (currency !== undefined && currency !== stored.currency)
    return conflict(`the order's currency is ${stored.currency}`, 'lines');
  const lines = mergeLines(stored, input.lines ?? [], (id) => !known.has(id));
  if (isFault(lines)) return lines;
  const order = { ...stored, lines };
  return applyDerivedMoves({ ...order, total: totalOf(order) }, { occurredAt: stored.updatedAt, ...changeContext });
}

const ANOTHER_OWNER = conflict("the owner of an order can't be changed: use mergeCustomer", 'customerId');

function newOrder(
  input: OrderInput,
  { recordedAt, movedBy }: ChangeContext,
  updatedAt: string,
): OrderRecord | OrderFault {
  const { customerId = null, sessionId = null } = input;
  const owner = ownerOf({ customerId, sessionId });
  if (owner === undefined) return badInput('customerId or sessionId is missing: one of them is required', 'customerId');
  const kind = input.kind ?? 'SALE';
  const status = input.status ?? (kind === 'SALE' ? 'PLACED' : 'RETURNED');
  if (kind === 'RETURN' && status !== 'RETURNED')
    return badInput('status must be RETURNED for an order of kind RETURN', 'status');
  if (status === 'PAID' || status === 'REFUNDED') {
    return conflict(`status must not be ${status}: it is derived from payments (see recordPayments)`, 'status');
  }
  const placedAt = input.placedAt?.toISOString() ?? firstTimeOf(input.lines ?? []) ?? recordedAt;
  return {
    id: input.id,
    kind,
    status,
    customerId,
    sessionId,
    placedBy: owner,
    placedAt,
    currency: currencyOf(input) ?? '',
    shipping: input.shipping?.amount ?? '0',
    tax: input.tax?.amount ?? '0',
    discount: input.discount?.amount ?? '0',
    total: '0',
    source: input.source ?? null,
    placement: input.placement ?? null,
    requestId: input.requestId ?? null,
    properties: input.properties ?? null,
    updatedAt,
    position: 0,
    lines: [],
    payments: [],
    history: [
      {
        status,
        occurredAt: status === 'PLACED' || kind === 'RETURN' ? placedAt : updatedAt,
        recordedAt,
        movedBy,
        units: null,
      },
    ],
  };
}

/** Returns the time of the earliest line that has one. */
function firstTimeOf(lines: readonly OrderLineInput[]): string | undefined {
  return lines
    .flatMap(({ placedAt }) => (placedAt == null ? [] : [placedAt.toISOString()]))
    .reduce<string | undefined>((first, at) => (first === undefined || at < first ? at : first), undefined);
}

/** Returns the first field of an order that can't be changed and has another value. */
function faultOfFixedFields(stored: OrderRecord, input: OrderInput): OrderFault | undefined {
  if (input.kind != null && input.kind !== stored.kind)
    return conflict(`kind can't be changed: the order is a ${stored.kind}`, 'kind');
  if (input.placedAt != null && input.placedAt.toISOString() !== stored.placedAt) {
    return conflict(`placedAt can't be changed: the order was placed at ${stored.placedAt}`, 'placedAt');
  }
  return namesAnotherOwner(stored, input) ? ANOTHER_OWNER : undefined;
}

function mergeOrderFields(stored: OrderRecord, input: OrderInput): OrderRecord | OrderFault {
  const fault = faultOfFixedFields(stored, input);
  if (fault !== undefined) return fault;
  const givenOr = <T>(given: T | null | undefined, current: T | null) => (given === undefined ? current : given);
  return {
    ...stored,
    sessionId: input.sessionId ?? stored.sessionId,
    shipping: amountOr(input.shipping, stored.shipping),
    tax: amountOr(input.tax, stored.tax),
    discount: amountOr(input.discount, stored.discount),
    source: givenOr(input.source, stored.source),
    placement: givenOr(input.placement, stored.placement),
    requestId: givenOr(input.requestId, stored.requestId),
    properties: givenOr(input.properties, stored.properties),
  };
}

function amountOr(given: MoneyInput | null | undefined, current: string): string {
  return given === undefined ? current : (given?.amount ?? '0');
}

/** Returns whether the input names another owner. After customers were merged, the original owner is still accepted. */
function namesAnotherOwner(stored: OrderRecord, { customerId, sessionId }: OrderInput): boolean {
  if (customerId === null && stored.customerId !== null) return true;
  const namedOwner =
    customerId != null
      ? subjectOfCustomer(customerId)
      : sessionId != null && stored.customerId === null
        ? subjectOfSession(sessionId)
        : undefined;
  return namedOwner !== undefined && namedOwner !== stored.placedBy && namedOwner !== ownerOf(stored);
}

function mergeLines(
  order: OrderRecord,
  inputs: readonly OrderLineInput[],
  isMerged: (id: string) => boolean = () => true,
): OrderLineRecord[] | OrderFault {
  const lines = new Map(order.lines.map((line) => [line.id, line]));
  const isNew = order.lines.length === 0;
  const canChangeLines = isNew || isOpen(order.status) || (order.kind === 'RETURN' && order.status === 'RETURNED');
  for (const [index, input] of inputs.entries()) {
    if (!isMerged(input.id)) continue;
    const stored = lines.get(input.id);
    const merged = stored ? mergeLine(stored, input) : newLine(order, input);
    if (isFault(merged)) return { ...merged, path: `lines[${index}].${merged.path}` };
    const isChanged = !stored || merged.quantity !== stored.quantity;
    if (isChanged && !canChangeLines)
      return conflict(`lines can't be changed: the order is ${order.status}`, `lines[${index}]`);
    if (stored && isChanged && order.kind === 'RETURN') {
      return conflict("quantity can't be changed in an order of kind RETURN", `lines[${index}].quantity`);
    }
    lines.set(input.id, isNew && order.kind === 'SALE' ? lineAfterMove(merged, order.status) : merged);
  }
  return [...lines.values()];
}

function newLine(order: OrderRecord, input: OrderLineInput): OrderLineRecord | OrderFault {
  if (input.productId == null) return badInput('productId is missing: a new line requires it', 'productId');
  if (input.quantity == null) return badInput('quantity is missing: a new line requires it', 'quantity');
  if (input.unitPrice == null) return badInput('unitPrice is missing: a new line requires it', 'unitPrice');
  return {
    id: input.id,
    productId: input.productId,
    quantity: input.quantity,
    unitPrice: input.unitPrice.amount,
    placedAt: input.placedAt?.toISOString() ?? order.placedAt,
    shipped: 0,
    cancelled: 0,
    returned: 0,
    events: 0,
    placement: input.placement ?? null,
    requestId: input.requestId ?? null,
  };
}

function mergeLine(stored: OrderLineRecord, input: OrderLineInput): OrderLineRecord | OrderFault {
  if (input.productId !== undefined && input.productId !== stored.productId) {
    return conflict("the product of a line can't be changed: cancel the line and add another", 'productId');
  }
  if (input.unitPrice !== undefined && !samePrice(stored, input)) {
    return conflict("the price of a line can't be changed: cancel the line and add another", 'unitPrice');
  }
  if (input.placedAt != null && input.placedAt.toISOString() !== stored.placedAt) {
    return conflict(`placedAt can't be changed: the line was placed at ${stored.placedAt}`, 'placedAt');
  }
  if (input.quantity === null)
    return badInput('quantity must not be null: it can be changed but not cleared', 'quantity');
  const quantity = input.quantity ?? stored.quantity;
  const processed = stored.shipped + stored.cancelled;
  if (quantity < processed)
    return conflict(
      `quantity must be at least ${processed}, the units shipped or cancelled; got ${quantity}`,
      'quantity',
    );
  return {
    ...stored,
    quantity,
    placement: input.placement === undefined ? stored.placement : input.placement,
    requestId: input.requestId === undefined ? stored.requestId : input.requestId,
  };
}

function samePrice(stored: OrderLineRecord, { unitPrice }: OrderLineInput): boolean {
  return unitPrice != null && compareAmounts(unitPrice.amount, stored.unitPrice) === 0;
}

function faultOfTotal(input: OrderInput, total: string, order: OrderRecord): OrderFault | undefined {
  if (total.startsWith('-') && !/^-0(\.0*)?$/.test(total))
    return badInput(`the total must not be negative; got ${total}`, 'discount');
  if (input.total == null || compareAmounts(input.total.amount, total) === 0) return undefined;
  const lines = exactSum(order.lines.map((line) => [line.unitPrice, line.quantity]));
  const parts = `lines ${lines} + shipping ${order.shipping} + tax ${order.tax} − discount ${order.discount}`;
  return badInput(`total must be ${total} (${parts}); got ${input.total.amount}`, 'total.amount');
}

function currencyOf({ lines, shipping, tax, discount, total }: OrderInput): string | undefined {
  return [...(lines ?? []).map((line) => line.unitPrice), shipping, tax, discount, total].find((money) => money != null)
    ?.currency;
}
