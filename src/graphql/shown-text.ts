import { isVisible } from './id';

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
