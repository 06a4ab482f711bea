import { HOMOPHONES } from './word-lists/zh-homophones';

/** Returns the other Chinese characters with the sound of one, in any tone. @param character simplified */
export function homophonesOf(character: string): string[] {
  const found = new Set<string>();
  for (let at = HOMOPHONES.indexOf(character); at >= 0; at = HOMOPHONES.indexOf(character, at + 1)) {
    const end = HOMOPHONES.indexOf(' ', at);
    const group = HOMOPHONES.slice(HOMOPHONES.lastIndexOf(' ', at) + 1, end < 0 ? undefined : end);
    for (const other of group) found.add(other);
  }
  found.delete(character);
  return [...found];
}
