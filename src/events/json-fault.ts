import type { z } from 'zod';

/** An error in a JSON value: the path of the wrong field, and a message that names the field. */
export interface JsonFault {
  readonly path: string | undefined;
  readonly message: string;
}

/** Maximum number of characters of a value that a message shows. */
const MAX_VALUE_LENGTH = 60;

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/**
 * Returns the first error of a value that does not match a schema. A schema's own message must complete a sentence that
 * begins with the field's name, such as `must be a decimal string such as "9.50"`.
 * @param whole what messages call the value if the error is not in one of its fields
 */
export function faultOfJson(error: z.ZodError, value: unknown, whole: string): JsonFault {
  const issue = error.issues[0]!;
  const path = issue.path.map(String).join('.') || undefined;
  return { path, message: sentenceOf(issue, path ?? whole, valueAt(value, issue.path)) };
}

function sentenceOf(issue: z.core.$ZodIssue, name: string, value: unknown): string {
  if (issue.code === 'unrecognized_keys')
    return `${issue.keys.map((key) => JSON.stringify(key)).join(', ')} is not a field of ${name}`;
  if (value === undefined) return `${name} is missing`;
  return `${name} ${ruleOf(issue)}; got ${formatValue(value)}`;
}

function ruleOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.startsWith('Invalid') && issue.expected in TYPE_NAMES
        ? `must be ${TYPE_NAMES[issue.expected]}`
        : issue.message;
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_big':
      return `must be at most ${String(issue.maximum)}${unitSuffix(issue.origin)}`;
    case 'too_small':
      return `must be at least ${String(issue.minimum)}${unitSuffix(issue.origin)}`;
    default:
      return issue.message;
  }
}

const unitSuffix = (origin: string) => (origin === 'array' ? ' items' : origin === 'string' ? ' characters' : '');

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );
}

/** Shows lists and objects by their type only, because JSON.stringify fails on very deep ones. */
function formatValue(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)} …` : text;
}
