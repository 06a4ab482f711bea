import { codePointsIn, isLongerThan } from '../expressions/code-points';
import { hasControls } from '../graphql/id';
import { HAS_CONTROLS } from '../graphql/shown-text';
import { MAX_FUTURE_MS } from '../graphql/storable';
import { MAX_QUANTITY } from './validate';

/**
 * Maximum length of ids that are parts of an event's id, in characters. An event id contains two of them, and may have
 * up to 200 characters.
 */
const MAX_PART_LENGTH = 90;
const MAX_TEXT_LENGTH = 100;

/** What is wrong with an item of a mutation, regardless of stored data. */
export interface FieldFault {
  readonly code: 'BAD_USER_INPUT';
  readonly message: string;
  /** The field in the item. */
  readonly path: string;
}

export const badItem = (message: string, path: string): FieldFault => ({ code: 'BAD_USER_INPUT', message, path });

/**
 * Checks an id that becomes a part of event ids.
 * @param separator what follows this part in an event id, if anything; the part must not contain it
 */
export function faultOfEventIdPart(name: string, id: string, separator?: string): FieldFault | undefined {
  if (isLongerThan(id, MAX_PART_LENGTH))
    return badItem(`${name} must have at most ${MAX_PART_LENGTH} characters; got ${codePointsIn(id)}`, name);
  if (separator === undefined || !id.includes(separator)) return undefined;
  return badItem(`${name} must not contain "${separator}"`, name);
}

export function faultOfTexts<K extends string>(
  input: { readonly [key in K]?: string | null },
  names: readonly K[],
): FieldFault | undefined {
  for (const name of names) {
    const text = input[name];
    if (text == null) continue;
    if (isLongerThan(text, MAX_TEXT_LENGTH))
      return badItem(`${name} must have at most ${MAX_TEXT_LENGTH} characters; got ${codePointsIn(text)}`, name);
  }
  return undefined;
}

/** Returns what is wrong with a placement, which pages name. */
export function faultOfPlacement({ placement }: { readonly placement?: string | null }): FieldFault | undefined {
  return placement != null && hasControls(placement) ? badItem(`placement ${HAS_CONTROLS}`, 'placement') : undefined;
}

export function faultOfTime(time: Date | null | undefined, path: string, now: number): FieldFault | undefined {
  if (time == null) return undefined;
  const at = time.getTime();
  if (!Number.isFinite(at)) return badItem(`${path} must be a valid time`, path);
  if (at > now + MAX_FUTURE_MS) return badItem(`${path} must be at most 5 minutes in the future`, path);
  return at < 0 ? badItem(`${path} must not be before 1970`, path) : undefined;
}

export function faultOfQuantity(quantity: number | null | undefined): FieldFault | undefined {
  if (quantity == null || (quantity >= 1 && quantity <= MAX_QUANTITY)) return undefined;
  return badItem(`quantity must be between 1 and ${MAX_QUANTITY}; got ${quantity}`, 'quantity');
}
