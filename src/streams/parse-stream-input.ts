import { isLongerThan } from '../expressions/code-points';
import type { EventType } from '../events/log-event';
import { faultOfVariables } from '../expressions/variable-types';
import { findLengthFault } from '../graphql/storable';
import { compileStream } from './compile-stream';
import {
  MAX_AGGREGATES,
  MAX_DERIVED,
  MAX_JOIN_KEYS,
  MAX_KEY_PARTS,
  MAX_QUANTILES,
  MAX_TOP,
  SpecFault,
  type AggregateSpec,
  type Definition,
  type DerivedSpec,
  type JoinSpec,
  type StreamSpec,
  type WindowSpec,
} from './stream-spec';
import type { AggregateShape, DefinitionInput, DerivedField, StreamWindow } from './definition.type';
import type { StreamJoin } from './join.type';
import type { StreamInput } from './stream-input.type';

const ID = /^[A-Za-z0-9._-]{1,100}$/;
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const MAX_DESCRIPTION_LENGTH = 1_000;
/** Maximum length of the variables as JSON, in characters. */
const MAX_VARIABLES_LENGTH = 32_768;
const DEFAULT_QUANTILES = [0.5, 0.95, 0.99];
const DEFAULT_TOP = 10;

/** Parses and validates a stream definition, including its expressions. @throws SpecFault */
export function parseStreamInput(input: StreamInput): StreamSpec {
  if (!ID.test(input.id)) throw new SpecFault('id', 'must have 1 to 100 characters: letters, digits, -, _ and .');
  const description = input.description ?? '';
  if (isLongerThan(description, MAX_DESCRIPTION_LENGTH))
    throw new SpecFault('description', `must have at most ${MAX_DESCRIPTION_LENGTH} characters`);
  const spec: StreamSpec = {
    ...parseDefinition(input, input.from),
    window: parseWindow(input.window),
    lateness: input.lateness ?? 'PT10M',
    ...(input.over == null ? {} : { over: input.over }),
    ...(input.join == null ? {} : { join: joinOf(input.join) }),
    ...(input.retention == null ? {} : { retention: input.retention }),
    ...(input.maxKeys == null ? {} : { maxKeys: input.maxKeys }),
  };
  if (spec.over !== undefined && spec.from.length > 0)
    throw new SpecFault('from', 'must be empty for a stream over another stream');
  if (spec.over !== undefined && spec.window.kind === 'SESSION')
    throw new SpecFault('window.kind', 'must not be SESSION for a stream over another stream');
  const { codeFault } = compileStream(spec);
  if (codeFault !== undefined) throw codeFault;
  return spec;
}

function joinOf({ from, filter, on, before, after }: StreamJoin): JoinSpec {
  if (on.length < 1 || on.length > MAX_JOIN_KEYS)
    throw new SpecFault('join.on', `must have between 1 and ${MAX_JOIN_KEYS} items; got ${on.length}`);
  return {
    from: [...new Set(from ?? [])],
    filter: filter ?? null,
    on: on.map(({ event, other }) => ({ event, other })),
    before: before ?? 'PT0S',
    after,
  };
}

/**
 * Parses the part of a definition that streams and analyses share, without compiling it.
 * @param types null or absent for all types
 * @throws SpecFault
 */
export function parseDefinition(input: DefinitionInput, types: readonly EventType[] | null | undefined): Definition {
  const variables = input.variables ?? {};
  const wrong = faultOfVariables(variables) ?? findLengthFault('they', variables, MAX_VARIABLES_LENGTH);
  if (wrong !== undefined) throw new SpecFault('variables', wrong);
  return {
    from: [...new Set(types ?? [])],
    filter: input.filter ?? null,
    variables,
    derive: validateNamedItems('derive', input.derive ?? [], 0, MAX_DERIVED).map(derivedOf),
    keys: validateNamedItems('keys', input.keys ?? [], 0, MAX_KEY_PARTS),
    aggregates: validateNamedItems('aggregates', input.aggregates, 1, MAX_AGGREGATES).map(aggregateOf),
  };
}

export function parseWindow({ kind, size = null, slide = null, gap = null, timeZone }: StreamWindow): WindowSpec {
  return { kind, size, slide, gap, timeZone: timeZone ?? 'UTC' };
}

function validateNamedItems<T extends { readonly name: string }>(
  path: string,
  items: readonly T[],
  minItems: number,
  maxItems: number,
): readonly T[] {
  if (items.length < minItems || items.length > maxItems)
    throw new SpecFault(path, `must have between ${minItems} and ${maxItems} items; got ${items.length}`);
  items.forEach(({ name }, at) => {
    if (!NAME.test(name))
      throw new SpecFault(`${path}[${at}].name`, 'must be a letter followed by up to 63 letters, digits and _');
    if (items.findIndex((other) => other.name === name) < at)
      throw new SpecFault(`${path}[${at}].name`, `must be unique; ${name} is used twice`);
  });
  return items.map((item) => ({ ...item }));
}

function derivedOf({ name, expression, unit, rates }: DerivedField, at: number): DerivedSpec {
  if (unit == null && rates == null) return { name, expression };
  if (unit == null || rates == null)
    throw new SpecFault(
      `derive[${at}].${unit == null ? 'unit' : 'rates'}`,
      'is required: a conversion needs both unit and rates',
    );
  return {
    name,
    expression,
    unit,
    rates: rates.map(({ unit, since, factor }) => ({ unit, since: since?.toISOString() ?? null, factor })),
  };
}

function aggregateOf(input: AggregateShape, at: number): AggregateSpec {
  const { name, kind, expression = null, filter = null } = input;
  const fault = (field: string, message: string): never => {
    throw new SpecFault(`aggregates[${at}].${field}`, message);
  };
  if (expression === null && kind !== 'COUNT') fault('expression', `is required for ${kind}`);
  const quantiles = input.quantiles ?? (kind === 'QUANTILES' ? DEFAULT_QUANTILES : []);
  if (input.quantiles != null && kind !== 'QUANTILES') fault('quantiles', `must be absent for ${kind}`);
  if (
    quantiles.length > MAX_QUANTILES ||
    (kind === 'QUANTILES' && quantiles.length === 0) ||
    quantiles.some((q) => !(q >= 0 && q <= 1))
  )
    fault('quantiles', `must have between 1 and ${MAX_QUANTILES} items, each between 0 and 1`);
  const most = input.most ?? (kind === 'TOP' ? DEFAULT_TOP : 0);
  if (input.most != null && kind !== 'TOP') fault('most', `must be absent for ${kind}`);
  if (kind === 'TOP' && !(most >= 1 && most <= MAX_TOP)) fault('most', `must be between 1 and ${MAX_TOP}; got ${most}`);
  if (input.per != null && kind !== 'AVERAGE') fault('per', `must be absent for ${kind}`);
  const per = input.per == null ? {} : { per: input.per };
  return { name, kind, expression, filter, quantiles, most, ...per };
}
