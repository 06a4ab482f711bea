import type { ProductConditionsService } from '../../catalog/product-conditions.service';
import { commitChange } from '../../events/commit-change';
import type { Outbox } from '../../events/outbox.service';
import type { LogChange } from '../../events/position.store';
import { receiptOf } from '../../events/receipts';
import type { Pool, PoolClient } from '../../platform/postgres';
import { mergeRule, ruleFault } from './merchandising-rule';
import { lockRules, pageOfRules, removeRule, type MerchandisingRuleRecord, writeRule } from './merchandising.store';
import type {
  DeleteMerchandisingRulePayload,
  MerchandisingRule,
  UpsertMerchandisingRuleInput,
  UpsertMerchandisingRulePayload,
} from './merchandising.type';

const MAX_RULES = 1_000;

/** Reads and changes the shop's merchandising rules. */
export class MerchandisingService {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
    private readonly conditions: ProductConditionsService,
  ) {}

  /** Returns up to `count` rules in order of id. @param after return only rules with a greater id */
  async page(after: string | undefined, count: number): Promise<MerchandisingRule[]> {
    return (await pageOfRules(this.pool, after, count)).map(toMerchandisingRule);
  }

  async upsert(input: UpsertMerchandisingRuleInput): Promise<UpsertMerchandisingRulePayload> {
    return this.commit(async (client) => {
      const { stored, count } = await lockRules(client, input.id);
      const rule = mergeRule(stored, input, new Date().toISOString());
      const fault = ruleFault(rule, this.conditions) ?? (!stored && count >= MAX_RULES ? tooMany() : undefined);
      if (fault !== undefined) return { change: null, rule: null, errors: [{ ...fault, index: 0 }] };
      await writeRule(client, rule);
      return { change: { merchandisingRules: [rule] }, rule: toMerchandisingRule(rule), errors: [] };
    });
  }

  async delete(id: string): Promise<DeleteMerchandisingRulePayload> {
    return this.commit(async (client) => {
      if (await removeRule(client, id)) return { change: { deletedMerchandisingRules: [id] }, errors: [] };
      const message = `No merchandising rule has the id ${JSON.stringify(id)}.`;
      return { change: null, errors: [{ index: 0, code: 'NOT_FOUND', message, path: 'id' }] };
    });
  }

  /**
   * Runs the work in one transaction. If the work changed something, the transaction allocates a log position for the
   * change, and the change is published after the commit.
   */
  private async commit<T>(
    work: (client: PoolClient) => Promise<{ change: LogChange | null } & T>,
  ): Promise<Omit<T, 'change'> & { receipt: string }> {
    const { position, result } = await commitChange(this.outbox, async (client) => {
      const { change, ...result } = await work(client);
      return { change, result };
    });
    return { ...result, receipt: receiptOf(position) };
  }
}

const tooMany = () => ({
  code: 'BAD_USER_INPUT',
  message: `A shop can have at most ${MAX_RULES} rules; delete one first.`,
  path: null,
});

function toMerchandisingRule(rule: MerchandisingRuleRecord): MerchandisingRule {
  const time = (text: string | null) => (text === null ? null : new Date(text));
  return {
    ...rule,
    startsAt: time(rule.startsAt),
    endsAt: time(rule.endsAt),
    updatedAt: new Date(rule.updatedAt),
  };
}
