import { faultOfId } from '../auth/identify';
import type { ProductConditionsService } from '../catalog/product-conditions.service';
import { ApiError } from '../graphql/errors';
import type { ItemError } from '../graphql/item-error.type';
import { isStorable } from '../graphql/storable';
import type { RuleRecord } from './merchandising-table';
import type { UpsertMerchandisingRuleInput } from './merchandising.type';

const MAX_ITEMS = 100;
const MAX_TEXT_LENGTH = 200;
const MAX_REDIRECT_LENGTH = 2_000;

/** What is wrong with a rule, and where. */
export function ruleFault(
  rule: RuleRecord,
  conditions: ProductConditionsService,
): Omit<ItemError, 'index'> | undefined {
  const bad = (message: string, path: string) => ({ code: 'BAD_USER_INPUT', message, path });
  const id = faultOfId('id', rule.id);
  if (id !== undefined) return bad(id, 'id');
  const { queries, placements, pins, buried, boost, redirect, startsAt, endsAt } = rule;
  for (const [name, list] of Object.entries({ queries, placements, pins, buried })) {
    if (list.length > MAX_ITEMS) return bad(`${name} has more than ${MAX_ITEMS} items`, name);
    const at = list.findIndex((text) => text === '' || text.length > MAX_TEXT_LENGTH || !isStorable(text));
    if (at >= 0) return bad("it is empty, too long or has characters that can't be stored", `${name}[${at}]`);
  }
  if (queries.length + placements.length === 0) return bad('say for which queries or placements it is', 'queries');
  const both = pins.findIndex((product) => buried.includes(product));
  if (both >= 0) return bad('it comes first, or last', `pins[${both}]`);
  if (redirect !== null && !isTarget(redirect)) return bad('it is neither a path nor an http(s) URL', 'redirect');
  if (startsAt !== null && endsAt !== null && endsAt <= startsAt) return bad('it ends before it starts', 'endsAt');
  try {
    conditions.prepare({ boost }, 'ADMIN');
  } catch (error) {
    if (error instanceof ApiError) return bad(error.message, 'boost');
    throw error;
  }
  return undefined;
}

/** A rule as an upsert leaves it: absent leaves alone, null clears. @param updatedAt ISO 8601 */
export function mergeRule(
  stored: RuleRecord | undefined,
  input: UpsertMerchandisingRuleInput,
  updatedAt: string,
): RuleRecord {
  const list = (name: 'queries' | 'placements' | 'pins' | 'buried') =>
    input[name] === undefined ? (stored?.[name] ?? []) : [...new Set(input[name] ?? [])];
  const text = (name: 'boost' | 'redirect') => (input[name] === undefined ? (stored?.[name] ?? null) : input[name]);
  const time = (name: 'startsAt' | 'endsAt') =>
    input[name] === undefined ? (stored?.[name] ?? null) : (input[name]?.toISOString() ?? null);
  return {
    id: input.id,
    queries: list('queries'),
    placements: list('placements'),
    pins: list('pins'),
    buried: list('buried'),
    boost: text('boost'),
    redirect: text('redirect'),
    startsAt: time('startsAt'),
    endsAt: time('endsAt'),
    updatedAt,
  };
}

/** A path of the shop, not `//elsewhere`, or a web page. */
function isTarget(text: string): boolean {
  if (text.length > MAX_REDIRECT_LENGTH || !isStorable(text)) return false;
  if (/^\/(?![/\\])/.test(text)) return true;
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
