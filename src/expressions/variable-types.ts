import type { FieldType, FieldTypes } from './shape';

/** Maximum number of variables of one request. */
const MAX_VARIABLES = 50;
/** Maximum number of items of a list variable. */
const MAX_LIST_ITEMS = 1_000;

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
/** Names of built-in properties of JavaScript objects and classes. */
const RESERVED: ReadonlySet<string> = new Set(['constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty']);

/** Checks variables that a client sent. Returns an error message, or `undefined` if they are valid. */
export function faultOfVariables(variables: Readonly<Record<string, unknown>>): string | undefined {
  const names = Object.keys(variables);
  if (names.length > MAX_VARIABLES) return `there must be at most ${MAX_VARIABLES} variables; got ${names.length}`;
  for (const name of names) {
    if (!NAME.test(name) || RESERVED.has(name)) {
      return `${JSON.stringify(name.slice(0, 64))} is not a valid variable name: use a letter, then up to 63 letters, digits and _`;
    }
    const value = variables[name];
    if (Array.isArray(value) && value.length > MAX_LIST_ITEMS) {
      return `${name} must have at most ${MAX_LIST_ITEMS} items; got ${value.length}`;
    }
    if (!isFinite(value)) return `${name} contains a number that is too large for a double`;
  }
  return undefined;
}

/** Whether all numbers in a value are finite. JSON accepts 1e999, which parses to Infinity. */
function isFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isFinite);
}

/** Returns the type of each variable, inferred from its value. The type of null is `dyn`. */
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

/** Returns a text that identifies the names and types of variables. */
export function typeSignature(types: FieldTypes): string {
  return Object.keys(types)
    .sort()
    .map((name) => `${name}:${types[name]}`)
    .join(',');
}
