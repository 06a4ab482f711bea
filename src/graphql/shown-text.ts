import { codePointsIn, isLongerThan } from '../expressions/code-points';
import { hasControls, isVisible } from './id';

/** Completes a sentence that begins with the name of a text. */
export const HAS_CONTROLS = 'must not contain control characters or such that change the direction of text';

/**
 * Returns what is wrong with the name of something that people see, such as in the console; undefined if nothing is.
 * @param path the name of the field, in the message
 */
export function faultOfName(path: string, name: string | null | undefined, maxLength: number): string | undefined {
  if (name == null || name === '' || isLongerThan(name, maxLength))
    return `${path} must have from 1 to ${maxLength} characters; got ${codePointsIn(name ?? '')}`;
  if (!isVisible(name)) return `${path} must not be blank`;
  return hasControls(name) ? `${path} ${HAS_CONTROLS}` : undefined;
}

/** Returns the normal form of a text that people read: without white space at its ends. A blank text becomes null. */
function shownText<T extends string | null | undefined>(text: T): T | null {
  return text == null || isVisible(text) ? ((text?.trim() ?? text) as T) : null;
}

/** Returns an input whose texts for people are in normal form. */
export function withShownTexts<T extends object, K extends keyof T>(input: T, names: readonly K[]): T {
  const changed = { ...input };
  for (const name of names) changed[name] = shownText(input[name] as string | null | undefined) as T[K];
  return changed;
}
