import { codePointsIn, isLongerThan } from '../../expressions/code-points';
import { isVisible } from '../../graphql/id';
import { isStorable, UNSTORABLE } from '../../graphql/storable';
import type { UserError } from '../../graphql/user-error.type';
import type { OrderRecord } from '../../orders/order-record';
import type { OrderProblem, OrderRequestKind, RequestedUnits } from './order-request';

/** Maximum length of a note of the shop or of the customer, in characters. */
export const MAX_NOTE_LENGTH = 500;
const MAX_LINES = 100;
const MAX_PICTURES = 3;
/** Maximum length of the address of a picture, in characters. */
const MAX_PICTURE_LENGTH = 1_000;

/** What a customer adds when the button of a request is pressed. */
export interface RequestDetails {
  readonly lines?: readonly RequestedUnits[] | null;
  readonly problem?: OrderProblem | null;
  readonly note?: string | null;
  readonly pictures?: readonly string[] | null;
}

/** What is wrong with a field of the input. */
export interface DetailFault {
  /** Such as `lines.0.quantity`. */
  readonly field: string;
  readonly message: string;
  readonly code: UserError['code'];
}

/** Returns what is wrong with the details of a request, as far as they can be checked without its order. */
export function faultOfDetails(kind: OrderRequestKind, details: RequestDetails): DetailFault | undefined {
  const { lines, problem, note, pictures } = details;
  const hasDetails = kind === 'RETURN' || kind === 'PROBLEM';
  for (const field of ['lines', 'problem', 'note', 'pictures'] as const)
    if (details[field] != null && (!hasDetails || (field === 'problem' && kind === 'RETURN')))
      return badInput(field, `${field} is not allowed: this button is of the kind ${kind}.`);
  if (kind === 'PROBLEM' && problem == null)
    return badInput('problem', 'problem is required: this button is of the kind PROBLEM.');
  if (lines != null && lines.length > MAX_LINES)
    return badInput('lines', `lines must have at most ${MAX_LINES} items; got ${lines.length}.`);
  const fault = note == null ? undefined : faultOfNote(note);
  if (fault !== undefined) return badInput('note', fault);
  if (pictures != null && pictures.length > MAX_PICTURES)
    return badInput('pictures', `pictures must have at most ${MAX_PICTURES} items; got ${pictures.length}.`);
  const wrong = pictures?.findIndex((picture) => pictureUrl(picture) === undefined) ?? -1;
  if (wrong < 0) return undefined;
  const expected = `an https URL of at most ${MAX_PICTURE_LENGTH} characters, without a user name`;
  return badInput(`pictures.${wrong}`, `pictures[${wrong}] must be ${expected}.`);
}

/** Returns what is wrong with a note; undefined if nothing is. */
export function faultOfNote(note: string): string | undefined {
  if (isLongerThan(note, MAX_NOTE_LENGTH))
    return `note must have at most ${MAX_NOTE_LENGTH} characters; got ${codePointsIn(note)}.`;
  if (!isVisible(note)) return 'note must not be blank.';
  return isStorable(note) ? undefined : `note ${UNSTORABLE}.`;
}

/** Returns the address of a picture in the normal form of URLs, which has no invisible characters; undefined if it is wrong. */
export function pictureUrl(text: string): string | undefined {
  if (isLongerThan(text, MAX_PICTURE_LENGTH) || !URL.canParse(text)) return undefined;
  const { protocol, username, password, href } = new URL(text);
  const isAllowed = protocol === 'https:' && username === '' && password === '' && href.length <= MAX_PICTURE_LENGTH;
  return isAllowed ? href : undefined;
}

/**
 * Returns the units that a RETURN or PROBLEM is about: of an order with one line, all that can be meant if none are
 * named.
 */
export function requestedUnits(
  { lines, problem }: RequestDetails,
  order: Pick<OrderRecord, 'lines'>,
): readonly RequestedUnits[] | DetailFault {
  const maxOf = ({ quantity, shipped, cancelled, returned }: OrderRecord['lines'][number]) =>
    problem === 'MISSING' ? quantity - cancelled : shipped - returned;
  if (lines == null || lines.length === 0) {
    const [only, second] = order.lines;
    if (only !== undefined && second === undefined) return [{ lineId: only.id, quantity: maxOf(only) }];
    return badInput('lines', 'lines is required: the order has several lines. Name those that the request is about.');
  }
  for (const [index, { lineId, quantity }] of lines.entries()) {
    const line = order.lines.find(({ id }) => id === lineId);
    const path = `lines[${index}]`;
    if (line === undefined)
      return { field: `lines.${index}.lineId`, message: `${path}.lineId is no line of the order.`, code: 'NOT_FOUND' };
    if (lines.findIndex((each) => each.lineId === lineId) < index)
      return badInput(`lines.${index}.lineId`, `${path}.lineId is named twice.`);
    const max = maxOf(line);
    if (max === 0) {
      const message = `${path}: no unit of this line is shipped and not returned.`;
      return { field: `lines.${index}.lineId`, message, code: 'CONFLICT' };
    }
    if (quantity < 1 || quantity > max)
      return badInput(`lines.${index}.quantity`, `${path}.quantity must be between 1 and ${max}; got ${quantity}.`);
  }
  return lines.map(({ lineId, quantity }) => ({ lineId, quantity }));
}

function badInput(field: string, message: string): DetailFault {
  return { field, message, code: 'BAD_USER_INPUT' };
}
