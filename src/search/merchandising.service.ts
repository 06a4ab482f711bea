import { faultOfId } from '../auth/identify';
import type { ProductConditionsService } from '../catalog/product-conditions.service';
import type { Outbox } from '../events/outbox';
import { type LogChange, newestPosition, takePosition } from '../events/position';
import { receiptOf } from '../events/receipts';
import { ApiError } from '../graphql/errors';
import type { ItemError } from '../graphql/item-error.type';
import { isStorable } from '../graphql/storable';
import { inTransaction, type Pool, type PoolClient } from '../platform/postgres';
import { lockRules, pageOfRules, removeRule, type RuleRecord, writeRule } from './merchandising-table';
import type {
  DeleteMerchandisingRulePayload,
  MerchandisingRule,
  UpsertMerchandisingRuleInput,
  UpsertMerchandisingRulePayload,
} from './merchandising.type';

const MOST_RULES = 1_000;
const MOST_ITEMS = 100;
const LONGEST_TEXT = 200;
const LONGEST_REDIRECT = 2_000;

/** The shop's merchandising rules, as admins edit them. */
export class MerchandisingService {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
    private readonly conditions: ProductConditionsService,
    private readonly now: () => number = Date.now,
  ) {}

  /** By id, after one. */
  async page(after: string | undefined, count: number): Promise<MerchandisingRule[]> {
    return (await pageOfRules(this.pool, after, count)).map(shown);
  }

  async upsert(input: UpsertMerchandisingRuleInput): Promise<UpsertMerchandisingRulePayload> {
    return this.commit(async (client) => {
      const { stored, count } = await lockRules(client, input.id);
      const rule = merged(stored, input, new Date(this.now()).toISOString());
      const fault = this.faultOf(rule) ?? (!stored && count >= MOST_RULES ? tooMany() : undefined);
      if (fault !== undefined) return { change: null, rule: null, errors: [{ ...fault, index: 0 }] };
      await writeRule(client, rule);
      return { change: { merchandisingRules: [rule] }, rule: shown(rule), errors: [] };
    });
  }

  async delete(id: string): Promise<DeleteMerchandisingRulePayload> {
    return this.commit(async (client) => {
      if (await removeRule(client, id)) return { change: { deletedMerchandisingRules: [id] }, errors: [] };
      const message = `there is no rule ${JSON.stringify(id)}`;
      return { change: null, errors: [{ index: 0, code: 'NOT_FOUND', message, path: 'id' }] };
    });
  }

  private faultOf(rule: RuleRecord): Omit<ItemError, 'index'> | undefined {
    const bad = (message: string, path: string) => ({ code: 'BAD_USER_INPUT', message, path });
    const id = faultOfId('id', rule.id);
    if (id !== undefined) return bad(id, 'id');
    const { queries, placements, pins, buried, boost, redirect, startsAt, endsAt } = rule;
    for (const [name, list] of Object.entries({ queries, placements, pins, buried })) {
      if (list.length > MOST_ITEMS) return bad(`${name} has more than ${MOST_ITEMS} items`, name);
      const at = list.findIndex((text) => text === '' || text.length > LONGEST_TEXT || !isStorable(text));
      if (at >= 0) return bad("it is empty, too long or has characters that can't be stored", `${name}[${at}]`);
    }
    if (queries.length + placements.length === 0) return bad('say for which queries or placements it is', 'queries');
    const both = pins.findIndex((product) => buried.includes(product));
    if (both >= 0) return bad('it comes first, or last', `pins[${both}]`);
    if (redirect !== null && !isTarget(redirect)) return bad('it is neither a path nor an http(s) URL', 'redirect');
    if (startsAt !== null && endsAt !== null && endsAt <= startsAt) return bad('it ends before it starts', 'endsAt');
    try {
      this.conditions.prepare({ boost }, 'ADMIN');
    } catch (error) {
      if (error instanceof ApiError) return bad(error.message, 'boost');
      throw error;
    }
    return undefined;
  }

  /** Runs the work in one transaction; where something changed, it ends with a position and is told. */
  private async commit<T>(
    work: (client: PoolClient) => Promise<{ change: LogChange | null } & T>,
  ): Promise<Omit<T, 'change'> & { receipt: string }> {
    const { position, change, ...result } = await inTransaction(this.pool, async (client) => {
      const done = await work(client);
      const position = done.change ? await takePosition(client, done.change) : await newestPosition(client);
      return { ...done, position };
    });
    if (change) this.outbox.publish(position, change);
    return { ...(result as Omit<T, 'change'>), receipt: receiptOf(position) };
  }
}

const tooMany = () => ({ code: 'BAD_USER_INPUT', message: `a shop has up to ${MOST_RULES} rules`, path: null });

function merged(stored: RuleRecord | undefined, input: UpsertMerchandisingRuleInput, updatedAt: string): RuleRecord {
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

function shown(rule: RuleRecord): MerchandisingRule {
  const time = (text: string | null) => (text === null ? null : new Date(text));
  return {
    ...rule,
    startsAt: time(rule.startsAt),
    endsAt: time(rule.endsAt),
    updatedAt: new Date(rule.updatedAt),
  };
}

/** A path of the shop, not `//elsewhere`, or a web page. */
function isTarget(text: string): boolean {
  if (text.length > LONGEST_REDIRECT || !isStorable(text)) return false;
  if (/^\/(?![/\\])/.test(text)) return true;
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
