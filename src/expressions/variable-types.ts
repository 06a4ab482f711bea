import type { FieldType, FieldTypes } from './shape';

/** Most variables of one request. */
export const MAX_VARIABLES = 50;
/** Most items of a list among them. */
export const MAX_LIST_ITEMS = 1_000;

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
/** What an object has anyway. */
const RESERVED: ReadonlySet<string> = new Set(['constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty']);

/** What is wrong with values that came from outside, in words, or `undefined`. */
export function faultOfVariables(variables: Readonly<Record<string, unknown>>): string | undefined {
  const names = Object.keys(variables);
  if (names.length > MAX_VARIABLES) return `${names.length} variables: at most ${MAX_VARIABLES}`;
  for (const name of names) {
    if (!NAME.test(name) || RESERVED.has(name)) {
      return `${JSON.stringify(name.slice(0, 64))} is not the name of a variable: letters, digits and _, up to 64, a letter first`;
    }
    const value = variables[name];
    if (Array.isArray(value) && value.length > MAX_LIST_ITEMS) {
      return `${name} has ${value.length} items: at most ${MAX_LIST_ITEMS}`;
    }
    if (!isFinite(value)) return `${name} holds a number that is too large`;
  }
  return undefined;
}

/** Whether every number in it is one: JSON lets 1e999 through. */
function isFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isFinite);
}

/** The type of each variable, by its value. A null could be anything. */
export function typesOf(variables: Readonly<Record<string, unknown>>): FieldTypes {
  return Object.fromEntries(Object.keys(variables).map((name) => [name, typeOf(variables[name])]));
}

function typeOf(value: unknown): FieldType {
  if (Array.isArray(value)) return listTypeOf(value);
  return SCALARS[typeof value] ?? (value === null ? 'dyn' : 'map<string, dyn>');
}

function listTypeOf(list: readonly unknown[]): FieldType {
  const types = new Set(list.map((item) => SCALARS[typeof item]));
  const [type] = types;
  return types.size === 1 && type !== undefined ? (`list<${type}>` as FieldType) : 'list<dyn>';
}

const SCALARS: Readonly<Partial<Record<string, 'string' | 'double' | 'bool'>>> = {
  string: 'string',
  number: 'double',
  boolean: 'bool',
};

/** The same for variables of the same names and types. */
export function signatureOf(types: FieldTypes): string {
  return Object.keys(types)
    .sort()
    .map((name) => `${name}:${types[name]}`)
    .join(',');
}
