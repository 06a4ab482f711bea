import {
  faultOfEventIdPart,
  faultOfPlacement,
  faultOfQuantity,
  faultOfTexts,
  faultOfTime,
} from '../events/field-faults';
import { checkMoney } from '../graphql/money-fault';
import type { MoneyInput } from '../graphql/money.type';
import { findLengthFault } from '../graphql/storable';
import { badInput, type OrderFault } from './order-fault';
import type { OrderInput, OrderLineInput, PaymentInput, UpdateOrderStatusInput } from './order-input.type';
import { isZero } from '../learn/exact-decimal';

const MAX_LINES = 2_000;
const MAX_PROPERTIES_LENGTH = 4_096;

/** Returns the first error that the input has regardless of the stored order. @param now milliseconds since 1970 */
export function faultOfOrder(input: OrderInput, now: number): OrderFault | undefined {
  return (
    faultOfEventIdPart('id', input.id, ':') ??
    faultOfTexts(input, ['source', 'placement']) ??
    faultOfPlacement(input) ??
    faultOfTime(input.placedAt, 'placedAt', now) ??
    faultOfTime(input.updatedAt, 'updatedAt', now) ??
    faultOfAmounts(input) ??
    faultOfProperties(input.properties) ??
    faultOfLines(input.lines ?? [], now)
  );
}

export function faultOfMove(input: UpdateOrderStatusInput, now: number): OrderFault | undefined {
  const wrong = faultOfTime(input.occurredAt, 'occurredAt', now);
  if (wrong || input.lines == null) return wrong;
  if (input.occurredAt == null)
    return badInput('occurredAt is missing: it is required with lines, so that requests can be repeated', 'occurredAt');
  if (input.lines.length === 0) return badInput('lines must not be empty: omit lines to move the whole order', 'lines');
  if (input.lines.length > MAX_LINES) return tooManyLines(input.lines.length);
  if (new Set(input.lines.map((line) => line.lineId)).size < input.lines.length)
    return badInput('each lineId may occur only once', 'lines');
  const at = input.lines.findIndex(({ quantity }) => quantity < 1);
  return at < 0 ? undefined : badInput('quantity must be at least 1', `lines[${at}].quantity`);
}

export function faultOfPayment(input: PaymentInput, now: number): OrderFault | undefined {
  return (
    faultOfTime(input.occurredAt, 'occurredAt', now) ??
    faultOfAmount(input.amount, 'amount') ??
    (isZero(input.amount.amount) ? badInput('amount.amount must be more than 0', 'amount.amount') : undefined) ??
    faultOfTexts(input, ['method'])
  );
}

function faultOfLines(lines: readonly OrderLineInput[], now: number): OrderFault | undefined {
  if (lines.length > MAX_LINES) return tooManyLines(lines.length);
  if (new Set(lines.map((line) => line.id)).size < lines.length)
    return badInput('each line id may occur only once', 'lines');
  for (const [index, line] of lines.entries()) {
    const wrong =
      faultOfEventIdPart('id', line.id, '#') ??
      faultOfTexts(line, ['placement']) ??
      faultOfPlacement(line) ??
      faultOfTime(line.placedAt, 'placedAt', now) ??
      faultOfQuantity(line.quantity);
    if (wrong) return { ...wrong, path: `lines[${index}].${wrong.path}` };
  }
  return undefined;
}

function tooManyLines(count: number): OrderFault {
  return badInput(`lines must have at most ${MAX_LINES} items; got ${count}`, 'lines');
}

function faultOfAmounts(input: OrderInput): OrderFault | undefined {
  const amounts = (['shipping', 'tax', 'discount', 'total'] as const).map((name) => [name, input[name]] as const);
  const prices = (input.lines ?? []).map((line, index) => [`lines[${index}].unitPrice`, line.unitPrice] as const);
  const given = [...prices, ...amounts].flatMap(([path, money]) => (money == null ? [] : [[path, money] as const]));
  for (const [path, money] of given) {
    const wrong = faultOfAmount(money, path);
    if (wrong) return wrong;
  }
  const currency = given[0]?.[1].currency;
  const other = given.find(([, money]) => money.currency !== currency);
  return (
    other &&
    badInput(
      `all amounts of an order must have one currency; got ${currency} and ${other[1].currency}`,
      `${other[0]}.currency`,
    )
  );
}

function faultOfAmount(money: MoneyInput | null | undefined, path: string): OrderFault | undefined {
  if (money == null) return undefined;
  const wrong = checkMoney(money);
  if (wrong) return badInput(wrong.message, `${path}.${wrong.path}`);
  return money.amount.startsWith('-')
    ? badInput(`${path}.amount must not be negative; got ${money.amount}`, `${path}.amount`)
    : undefined;
}

function faultOfProperties(properties: OrderInput['properties']): OrderFault | undefined {
  const wrong = properties == null ? undefined : findLengthFault('properties', properties, MAX_PROPERTIES_LENGTH);
  return wrong === undefined ? undefined : badInput(wrong, 'properties');
}
