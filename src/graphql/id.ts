import { GraphQLError, GraphQLID, GraphQLScalarType, Kind } from 'graphql';
import { isLongerThan } from '../expressions/code-points';

/** Maximum length of an id, in characters. */
const MAX_ID_LENGTH = 200;

const MAX_SHOWN = 60;
/** White space, and characters that look like none. The last one is the empty Braille pattern. */
const BLANK = String.raw`\s\p{Z}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800`;
/** An emoji may end with the variation selector FE0F. */
const BLANK_END = new RegExp(`^[${BLANK}]|(?!\ufe0f)[${BLANK}]$`, 'u');
const VISIBLE = new RegExp(`[^${BLANK}\\p{C}]`, 'u');

/**
 * Returns what is wrong with an id from a client; `undefined` if it is valid. Ids are never changed: two that look the
 * same, such as `ann` and `ann `, would become one person.
 */
export function findIdFault(name: string, id: string): string | undefined {
  const fault = findIdPrefixFault(name, id);
  if (fault !== undefined) return fault;
  if (!isVisible(id)) return `${name} has no visible character: ${quoted(id)}`;
  if (BLANK_END.test(id)) return `${name} begins or ends with white space: ${quoted(id)}`;
  return undefined;
}

/** Returns what is wrong with the beginning of an id; `undefined` if it is valid. It may end anywhere in an id. */
export function findIdPrefixFault(name: string, prefix: string): string | undefined {
  if (prefix.length === 0) return `${name} is empty`;
  if (isLongerThan(prefix, MAX_ID_LENGTH)) return `${name} is longer than ${MAX_ID_LENGTH} characters`;
  return hasControls(prefix) ? `${name} contains control characters: ${quoted(prefix)}` : undefined;
}

/**
 * Returns whether a text has control characters: those that PostgreSQL can't store (NUL and half of a surrogate pair),
 * line breaks and the like, and the invisible ones that change the direction of the text around them. With these, a name
 * can look like another one, and turn around what a page shows next to it.
 */
export function hasControls(text: string): boolean {
  return /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u.test(text);
}

/** Returns whether a text has a character that people can see. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}

/** Quotes a text, with escapes in place of what can't be seen. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, MAX_SHOWN)).replaceAll(
    /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu,
    (character) => (character === ' ' ? ' ' : `\\u{${character.codePointAt(0)!.toString(16)}}`),
  );
}

function requireId(id: string): string {
  const fault = findIdFault('ID', id);
  if (fault !== undefined) throw new GraphQLError(fault);
  return id;
}

function refuse(shown: string | undefined): never {
  throw new GraphQLError(`ID must be text; got ${shown?.slice(0, MAX_SHOWN)}`);
}

/** GraphQL's ID, for ids that can be stored and read back. */
export const ID = new GraphQLScalarType<string, string>({
  name: GraphQLID.name,
  description: `Text of 1 to ${MAX_ID_LENGTH} characters, stored and compared as it was sent. It must not begin or end with white space, or contain control characters. A JSON number is accepted when it is whole and at most 2^53 − 1.`,
  serialize: (value) => GraphQLID.serialize(value),
  parseValue: (value) => {
    if (typeof value === 'string') return requireId(value);
    // Larger numbers have lost digits already.
    if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
    return refuse(JSON.stringify(value));
  },
  parseLiteral: (node) =>
    node.kind === Kind.INT && !Number.isSafeInteger(Number(node.value))
      ? refuse(node.value)
      : requireId(GraphQLID.parseLiteral(node, undefined)),
});
