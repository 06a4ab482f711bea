import { type FormattedExecutionResult, defaultFieldResolver, type GraphQLSchema } from 'graphql';
import type { Context } from '../context';
import { fieldsOf } from '../enforce-scopes';
import { isListOfObjects } from './operation-cost';
import type { Turns } from './turns';

/** An operation of a higher cost is divided, in units. */
const MAX_UNDIVIDED = 3_000;
/** Cost of a part of a list, in units. */
const UNITS_PER_PART = 1_000;
/** A shorter list is not divided. */
const MIN_DIVIDED = 5;
/** Cost above which the JSON of an answer is written in parts. */
const MAX_WRITTEN_AT_ONCE = 10_000;

/**
 * Divides expensive operations into steps, so that others get turns in between: each root field begins in a turn, and so
 * does each part of a long list. Call it before `enforceScopes`.
 */
export function divideWork(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    const isRoot = type === schema.getQueryType() || type === schema.getMutationType();
    for (const field of fieldsOf(type)) {
      const isList = isListOfObjects(field);
      if (!isRoot && !isList) continue;
      const { resolve = defaultFieldResolver } = field;
      field.resolve = (source, args, context, info) => {
        const turn = isRoot && context.turns?.mayContinue === false ? proceed(context.turns) : undefined;
        const value: unknown =
          turn === undefined
            ? resolve(source, args, context, info)
            : turn.then(() => resolve(source, args, context, info));
        if (!isList || !(context.turns?.charged > MAX_UNDIVIDED)) return value;
        return value instanceof Promise ? value.then((items) => inParts(items, context)) : inParts(value, context);
      };
    }
  }
}

async function proceed(turns: Turns): Promise<void> {
  while (!turns.mayContinue) await turns.next();
}

/** Returns the items of a long list as promises, which resolve part by part, each part in a turn of its own. */
function inParts(items: unknown, { turns }: Context): unknown {
  if (!Array.isArray(items) || items.length < MIN_DIVIDED) return items;
  const length = Math.max(1, Math.floor((items.length * UNITS_PER_PART) / turns.charged));
  let turn: Promise<void> | undefined;
  return items.map((item: unknown, at) => {
    // Each part asks for its turn when the part before has had its own.
    if (at % length === 0) turn = turn === undefined ? proceed(turns) : turn.then(() => turns.next());
    return turn === undefined ? item : turn.then(() => item);
  });
}

const turnsByData = new WeakMap<object, Turns>();

/** Sets whose turns {@link writeAnswer} takes. */
export function rememberTurns(data: object | null | undefined, turns: Turns): void {
  if (data && turns.charged > MAX_WRITTEN_AT_ONCE) turnsByData.set(data, turns);
}

/** Writes an answer as JSON. A large one takes turns for its root fields and for the items of their lists. */
export async function writeAnswer(answer: FormattedExecutionResult): Promise<string> {
  const { data, ...rest } = answer;
  const turns = data ? turnsByData.get(data) : undefined;
  if (!data || turns === undefined) return `${JSON.stringify(answer)}\n`;
  const fields: string[] = [];
  for (const [name, value] of Object.entries(data)) fields.push(`${JSON.stringify(name)}:${await write(value, turns)}`);
  const others = Object.entries(rest)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `{${[...others, `"data":{${fields.join(',')}}`].join(',')}}\n`;
}

async function write(value: unknown, turns: Turns): Promise<string> {
  const items: string[] = [];
  if (!Array.isArray(value)) {
    await proceed(turns);
    return JSON.stringify(value);
  }
  for (const item of value) {
    await proceed(turns);
    items.push(JSON.stringify(item));
  }
  return `[${items.join(',')}]`;
}
