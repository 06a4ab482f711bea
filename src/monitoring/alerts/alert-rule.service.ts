import type { ItemError } from '../../graphql/item-error.type';
import { inTransaction, type Pool } from '../../platform/postgres';
import { execute, queryFirst, queryOne, queryRows } from '../../platform/sql';
import type { RedisPubSub } from '../../platform/pubsub';
import type { Stream } from '../../streams/stream.type';
import { MAX_RULES, AlertRuleError, type AlertRuleRecord, type AlertSpec } from './alert-rule';
import { parseAlertRule } from './parse-alert-rule';
import { ALERT_TOPIC, resolveRuleAlerts } from './alert.store';
import type { AlertRule, AlertRuleInput, AlertRulePayload, DeleteAlertRulePayload } from './alert.type';

type Fault = Omit<ItemError, 'index'>;

interface RuleRow extends Omit<AlertRuleRecord, 'silencedUntil'> {
  readonly description: string | null;
  readonly silencedUntil: Date | null;
  readonly fault: string | null;
  readonly evaluatedAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const RULES = `SELECT id, description, spec, revision, silenced_until AS "silencedUntil", fault, evaluated_at AS "evaluatedAt",
  created_at AS "createdAt", updated_at AS "updatedAt" FROM alert_rules`;

export interface AlertRuleSources {
  readonly pool: Pool;
  readonly pubSub: Pick<RedisPubSub, 'publish'>;
  readonly streamOf: (id: string) => Promise<Stream | null>;
}

/** Reads and changes the shop's alert rules. */
export class AlertRuleService {
  constructor(private readonly sources: AlertRuleSources) {}

  async rules(): Promise<AlertRule[]> {
    return (await queryRows<RuleRow>(this.sources.pool, `${RULES} ORDER BY id COLLATE "C"`)).map(toAlertRule);
  }

  create(input: AlertRuleInput): Promise<AlertRulePayload> {
    return this.define(input, (spec) =>
      inTransaction(this.sources.pool, async (client) => {
        // Without the lock, two concurrent requests could together exceed the maximum number of rules.
        await execute(client, 'LOCK TABLE alert_rules IN SHARE ROW EXCLUSIVE MODE');
        const row = await queryOne<{ count: number; known: boolean }>(
          client,
          'SELECT count(*)::int AS count, coalesce(bool_or(id = $1), false) AS known FROM alert_rules',
          [input.id],
        );
        if (row.known)
          return { code: 'CONFLICT', message: 'a rule with this id already exists; update it instead', path: 'id' };
        if (row.count >= MAX_RULES)
          return badInput('id', `a shop may have at most ${MAX_RULES} alert rules; delete one first`);
        await execute(client, 'INSERT INTO alert_rules (id, description, spec) VALUES ($1, $2, $3)', [
          input.id,
          input.description ?? null,
          JSON.stringify(spec),
        ]);
        return null;
      }),
    );
  }

  update(input: AlertRuleInput): Promise<AlertRulePayload> {
    return this.define(input, async (spec) => {
      const rowCount = await execute(
        this.sources.pool,
        `UPDATE alert_rules SET description = $2, spec = $3, revision = revision + 1, fault = NULL, updated_at = now() WHERE id = $1`,
        [input.id, input.description ?? null, JSON.stringify(spec)],
      );
      return rowCount === 0 ? unknownRule(input.id) : null;
    });
  }

  async silence(id: string, until: Date | null): Promise<AlertRulePayload> {
    const rowCount = await execute(
      this.sources.pool,
      'UPDATE alert_rules SET silenced_until = $2, updated_at = now() WHERE id = $1',
      [id, until],
    );
    return this.answer(id, rowCount === 0 ? unknownRule(id) : null);
  }

  /** Deletes a rule and resolves its open alerts. Webhooks that were notified of an alert are notified of its end. */
  async delete(id: string): Promise<DeleteAlertRulePayload> {
    const { pool, pubSub } = this.sources;
    const written = await inTransaction(pool, async (client) => {
      const row = await queryFirst<RuleRow>(client, `${RULES} WHERE id = $1 FOR UPDATE`, [id]);
      if (!row) return null;
      const resolved = await resolveRuleAlerts(client, row, 'the rule was deleted');
      await execute(client, 'DELETE FROM alert_rules WHERE id = $1', [id]);
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
    const row = await queryFirst<RuleRow>(this.sources.pool, `${RULES} WHERE id = $1`, [id]);
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
