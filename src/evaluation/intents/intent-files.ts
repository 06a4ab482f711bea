import { csvRecords } from '../../imports/csv-fields';
import { OUT_OF_SCOPE, type IntentExample } from '../../support/understanding/intent-example';

/** A data set that is divided into parts, as CLINC150 is. */
export interface IntentParts {
  readonly train: readonly IntentExample[];
  /** Empty if the file has none. */
  readonly validation: readonly IntentExample[];
  readonly test: readonly IntentExample[];
}

const MIN_INTENTS = 2;

/**
 * Reads a CSV text whose header names the columns `text` and `intent`; other columns are ignored. The intent `oos`, in
 * any case, means out of scope.
 * @throws Error that names the line of a record without text or intent, or says what the table lacks
 */
export function readIntentTable(csv: string): IntentExample[] {
  const [header, ...records] = csvRecords(csv);
  if (header === undefined) throw new Error('it is empty; it must have a header with the columns text and intent');
  const names = header.fields.map((name) => name.trim().toLowerCase());
  const [textColumn, intentColumn] = ['text', 'intent'].map((name) => {
    const column = names.indexOf(name);
    if (column < 0) throw new Error(`the header has no column ${name}; its columns are ${names.join(', ')}`);
    return column;
  });
  if (records.length === 0) throw new Error('it has no rows below the header');
  return records.map(({ line, fields }) => {
    if (fields.length !== names.length)
      throw new Error(`line ${line} has ${fields.length} fields; the header has ${names.length}`);
    const [text, intent] = [fields[textColumn], fields[intentColumn].trim()];
    if (text.trim() === '') throw new Error(`line ${line} has no text`);
    if (intent === '') throw new Error(`line ${line} has no intent`);
    return exampleOf(text, intent);
  });
}

/**
 * Reads the JSON of CLINC150: lists of `[text, intent]` under `train`, `test` and, optionally, `val`, `oos_train`,
 * `oos_val` and `oos_test`.
 * @throws Error that says what the JSON lacks
 */
export function readIntentParts(json: string): IntentParts {
  let parts: unknown;
  try {
    parts = JSON.parse(json);
  } catch (error) {
    throw new Error(`it is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof parts !== 'object' || parts === null || Array.isArray(parts))
    throw new Error('it must be a JSON object with the lists train and test');
  const lists = parts as Readonly<Record<string, unknown>>;
  for (const name of ['train', 'test'])
    if (!Array.isArray(lists[name]) || lists[name].length === 0)
      throw new Error(`it must have a list ${name} of [text, intent] that is not empty`);
  const read = (name: string, isOutOfScope: boolean): IntentExample[] => {
    const list = lists[name] ?? [];
    if (!Array.isArray(list)) throw new Error(`${name} must be a list of [text, intent]`);
    return list.map((pair: unknown, at) => {
      if (!Array.isArray(pair) || typeof pair[0] !== 'string' || typeof pair[1] !== 'string' || pair[1].trim() === '')
        throw new Error(`${name}[${at}] must be a pair of texts, [text, intent]; got ${shown(pair)}`);
      return exampleOf(pair[0], isOutOfScope ? OUT_OF_SCOPE : pair[1].trim());
    });
  };
  return {
    train: [...read('train', false), ...read('oos_train', true)],
    validation: [...read('val', false), ...read('oos_val', true)],
    test: [...read('test', false), ...read('oos_test', true)],
  };
}

/** @throws Error unless the examples have at least two intents, not counting those out of scope */
export function checkIntents(examples: readonly IntentExample[]): void {
  const intents = new Set(examples.map(({ intent }) => intent));
  intents.delete(OUT_OF_SCOPE);
  if (intents.size < MIN_INTENTS)
    throw new Error(`a classifier needs at least ${MIN_INTENTS} intents; got ${[...intents].join(', ') || 'none'}`);
}

function exampleOf(text: string, intent: string): IntentExample {
  return { text, intent: intent.toLowerCase() === OUT_OF_SCOPE ? OUT_OF_SCOPE : intent };
}

const MAX_SHOWN = 60;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
