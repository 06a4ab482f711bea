import { isLongerThan } from '../../expressions/code-points';
import type { ProductConditionsService } from '../../catalog/product-conditions.service';
import { ApiError } from '../../graphql/errors';
import { hasControls } from '../../graphql/id';
import type { ItemError } from '../../graphql/item-error.type';
import { HAS_CONTROLS } from '../../graphql/shown-text';
import { isWebUrl } from '../../graphql/storable';
import type { MerchandisingRuleRecord } from './merchandising.store';
import type { UpsertMerchandisingRuleInput } from './merchandising.type';

const MAX_ITEMS = 100;
const MAX_TEXT_LENGTH = 200;
const MAX_REDIRECT_LENGTH = 2_000;

/** Returns the first error of a rule with its path, or undefined if the rule is valid. */
export function ruleFault(
  rule: MerchandisingRuleRecord,
  conditions: ProductConditionsService,
): Omit<ItemError, 'index'> | undefined {
  const bad = (message: string, path: string) => ({ code: 'BAD_USER_INPUT', message, path });
  const { queries, placements, pins, buried, boost, redirect, startsAt, endsAt } = rule;
  for (const [name, list] of Object.entries({ queries, placements, pins, buried })) {
    if (list.length > MAX_ITEMS) return bad(`${name} must have at most ${MAX_ITEMS} items; got ${list.length}.`, name);
    const at = list.findIndex((text) => text === '' || isLongerThan(text, MAX_TEXT_LENGTH));
    if (at >= 0) return bad(`${name}[${at}] must have 1 to ${MAX_TEXT_LENGTH} characters.`, `${name}[${at}]`);
    const controlIndex = list.findIndex(hasControls);
    if (controlIndex >= 0) return bad(`${name}[${controlIndex}] ${HAS_CONTROLS}.`, `${name}[${controlIndex}]`);
  }
  if (queries.length + placements.length === 0)
    return bad('A rule must have at least one query or placement.', 'queries');
  const pinnedAndBuried = pins.findIndex((product) => buried.includes(product));
  if (pinnedAndBuried >= 0)
    return bad('A product must not be both in pins and in buried; remove it from one.', `pins[${pinnedAndBuried}]`);
  if (redirect !== null && !isTarget(redirect))
    return bad(
      `redirect must be a path of the shop or an http(s) URL of at most ${MAX_REDIRECT_LENGTH} characters.`,
      'redirect',
    );
  if (startsAt !== null && endsAt !== null && endsAt <= startsAt)
    return bad('endsAt must be after startsAt.', 'endsAt');
  try {
    conditions.prepare({ boost }, 'ADMIN');
  } catch (error) {
    if (error instanceof ApiError) return bad(error.message, 'boost');
    throw error;
  }
  return undefined;
}

/** Returns the rule after an upsert: absent fields stay as stored; null clears a field. @param updatedAt ISO 8601 */
export function mergeRule(
  stored: MerchandisingRuleRecord | undefined,
  input: UpsertMerchandisingRuleInput,
  updatedAt: string,
): MerchandisingRuleRecord {
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

/** Returns whether the text is an absolute path of the shop (not `//other-host`) or an http(s) URL. */
function isTarget(text: string): boolean {
  if (isLongerThan(text, MAX_REDIRECT_LENGTH)) return false;
  if (/^\/(?![/\\])/.test(text)) return true;
  return isWebUrl(text);
}
