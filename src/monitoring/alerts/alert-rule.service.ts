import type { ItemError } from '../../graphql/item-error.type';
import { inTransaction, type Pool } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
import type { Stream } from '../../streams/stream.type';
import { MAX_RULES, AlertRuleError, type AlertSpec } from './alert-rule';
import { parseAlertRule } from './parse-alert-rule';
import { ALERT_TOPIC, resolveRuleAlerts } from './alert.store';
import type { AlertRule, AlertRuleInput, AlertRulePayload, DeleteAlertRulePayload } from './alert.type';
import {
  readRules,
  lockAlertRules,
  countRules,
  insertRule,
  updateRule,
  silenceRule,
  lockRule,
  deleteRule,
  findRule,
  type RuleRow,
} from './alert-rule.store';

type Fault = Omit<ItemError, 'index'>;

export interface AlertRuleSources {
  readonly pool: Pool;
  readonly pubSub: Pick<RedisPubSub, 'publish'>;
  readonly streamOf: (id: string) => Promise<Stream | null>;
}

/** Reads and changes the shop's alert rules. */
export class AlertRuleService {
  constructor(private readonly sources: AlertRuleSources) {}

  async rules(): Promise<AlertRule[]> {
    return (await readRules(this.sources.pool)).map(toAlertRule);
  }

  create(input: AlertRuleInput): Promise<AlertRulePayload> {
    return this.define(input, (spec) =>
      inTransaction(this.sources.pool, async (client) => {
        // Without the lock, two concurrent requests could together exceed the maximum number of rules.
        await lockAlertRules(client);
        const row = await countRules(client, input.id);
        if (row.known)
          return { code: 'CONFLICT', message: 'a rule with this id already exists; update it instead', path: 'id' };
        if (row.count >= MAX_RULES)
          return badInput('id', `a shop may have at most ${MAX_RULES} alert rules; delete one first`);
        await insertRule(client, input.id, input.description ?? null, spec);
        return null;
      }),
    );
  }

  update(input: AlertRuleInput): Promise<AlertRulePayload> {
    return this.define(input, async (spec) => {
      const rowCount = await updateRule(this.sources.pool, input.id, input.description ?? null, spec);
      return rowCount === 0 ? unknownRule(input.id) : null;
    });
  }

  async silence(id: string, until: Date | null): Promise<AlertRulePayload> {
    const rowCount = await silenceRule(this.sources.pool, id, until);
    return this.answer(id, rowCount === 0 ? unknownRule(id) : null);
  }

  /** Deletes a rule and resolves its open alerts. Webhooks that were notified of an alert are notified of its end. */
  async delete(id: string): Promise<DeleteAlertRulePayload> {
    const { pool, pubSub } = this.sources;
    const written = await inTransaction(pool, async (client) => {
      const row = await lockRule(client, id);
      if (!row) return null;
      const resolved = await resolveRuleAlerts(client, row, 'the rule was deleted');
      await deleteRule(client, id);
      return resolved;
    });
    // The queued webhook deliveries are not sent here: workers regularly look for them and send them.
    for (const alert of written?.alerts ?? []) pubSub.publish(ALERT_TOPIC, alert);
    return { errors: written === null ? [{ ...unknownRule(id), index: 0 }] : [] };
  }

  private async define(
    input: AlertRuleInput,
    write: (spec: AlertSpec) => Promise<Fault | null>,
  ): Promise<AlertRulePayload> {
    try {
      return await this.answer(input.id, await write(await parseAlertRule(input, this.sources.streamOf)));
    } catch (error) {
      if (!(error instanceof AlertRuleError)) throw error;
      return this.answer(input.id, badInput(error.path, error.message));
    }
  }

  private async answer(id: string, fault: Fault | null): Promise<AlertRulePayload> {
    if (fault !== null) return { rule: null, errors: [{ ...fault, index: 0 }] };
    const row = await findRule(this.sources.pool, id);
    return { rule: row ? toAlertRule(row) : null, errors: [] };
  }
}

function badInput(path: string, message: string): Fault {
  return { code: 'BAD_USER_INPUT', message, path };
}

function unknownRule(id: string): Fault {
  return { code: 'NOT_FOUND', message: `there is no alert rule ${JSON.stringify(id.slice(0, 100))}`, path: 'id' };
}

function toAlertRule({ spec, ...row }: RuleRow): AlertRule {
  return { ...row, ...spec, windowSeconds: spec.windowMs / 1_000, forSeconds: spec.forMs / 1_000 };
}
