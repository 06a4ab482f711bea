// @ts-expect-error The package has no types for its tables.
import table from 'opencc-js/dict/TSCharacters';

let simplified: ReadonlyMap<string, string> | undefined;

/** Returns the simplified form of a Chinese character, or the character itself, by the table of OpenCC. */
export function simplifiedCharacter(character: string): string {
  simplified ??= new Map((table as string).split('|').map((pair) => pair.split(' ') as [string, string]));
  return simplified.get(character) ?? character;
}
