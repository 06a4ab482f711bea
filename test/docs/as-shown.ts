/**
 * Compares an actual output with the output that a text shows. The text writes `…` for a part that differs from run to
 * run, and a name such as `<token>` for a part that a later step needs.
 *
 * - in JSON, `"…"` matches any value, and at the end of a list any further items; within a string `…` matches any text
 * - in an output, `…` matches any text of a line, and on a line by itself any number of lines
 * - `<name>`, as a whole string or a word of an output, matches any text without spaces and assigns it to the name
 */
export type Known = Map<string, string>;

const NAME = /^<([a-z][a-z-]*)>$/;
const NAMES = /<([a-z][a-z-]*)>/g;

/** Replaces the names in the text by their known values. */
export function withKnown(text: string, known: ReadonlyMap<string, string>): string {
  return text.replace(NAMES, (name, word: string) => known.get(word) ?? name);
}

/** @returns where and how the JSON differs from the text; undefined if it matches */
export function differenceOfJson(shown: unknown, came: unknown, known: Known, path = '$'): string | undefined {
  const differs = `${path}: ${JSON.stringify(came)} is not ${JSON.stringify(shown)}`;
  if (typeof shown === 'string') return isText(shown, came, known) ? undefined : differs;
  if (Array.isArray(shown)) {
    if (!Array.isArray(came)) return differs;
    const isOpen = shown.at(-1) === '…';
    const items: unknown[] = isOpen ? shown.slice(0, -1) : shown;
    if (isOpen ? came.length < items.length : came.length !== items.length)
      return `${path}: ${came.length} items, not ${items.length}${isOpen ? ' or more' : ''}`;
    return firstOf(items.map((item, at) => () => differenceOfJson(item, came[at], known, `${path}[${at}]`)));
  }
  if (typeof shown !== 'object' || shown === null) return shown === came ? undefined : differs;
  if (typeof came !== 'object' || came === null || Array.isArray(came)) return differs;
  const [theirs, ours] = [came as Record<string, unknown>, shown as Record<string, unknown>];
  const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  return firstOf(
    keys.map((key) => () => {
      if (!(key in ours)) return `${path}.${key} is not shown`;
      if (!(key in theirs)) return `${path}.${key} is missing`;
      return differenceOfJson(ours[key], theirs[key], known, `${path}.${key}`);
    }),
  );
}

/** @returns how the output differs from the text; undefined if it matches */
export function differenceOfText(shown: string, came: string, known: Known): string | undefined {
  const lines = shown.trimEnd().split('\n');
  const pattern = lines.map((line) => (line.trim() === '…' ? '(?:.*\\n)*?' : `${patternOf(line.trimEnd())}[ \\t]*\\n`));
  const match = new RegExp(`^${pattern.join('')}$`).exec(`${came.trimEnd()}\n`);
  if (match === null) return `shown:\n${shown}\ncame:\n${came}`;
  for (const [name, value] of Object.entries(match.groups ?? {})) known.set(nameOf(name), value);
  return undefined;
}

function isText(shown: string, came: unknown, known: Known): boolean {
  if (shown === '…') return true;
  const [, name] = NAME.exec(shown) ?? [];
  if (name === undefined) {
    const text = shown.includes('…') ? String(came) : came;
    return typeof text === 'string' && new RegExp(`^${patternOf(shown)}$`).test(text);
  }
  if (typeof came !== 'string' || !/^\S+$/.test(came)) return false;
  known.set(name, came);
  return true;
}

/** Names of a RegExp's groups have no hyphens. */
const groupOf = (name: string): string => name.replaceAll('-', '_');
const nameOf = (group: string): string => group.replaceAll('_', '-');

function patternOf(line: string): string {
  return line
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('…', '.*?')
    .replace(NAMES, (_, name: string) => `(?<${groupOf(name)}>\\S+)`);
}

function firstOf(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const difference = check();
    if (difference !== undefined) return difference;
  }
  return undefined;
}
