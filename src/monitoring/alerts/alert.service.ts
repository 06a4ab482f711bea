import { inTransaction, type Pool } from '../../platform/postgres';
import { queryRows } from '../../platform/sql';
import type { RedisPubSub } from '../../platform/pubsub';
import { isUuid } from '../../platform/uuid';
import type { TimeCursor } from '../../graphql/connection';
import type { ItemError } from '../../graphql/item-error.type';
import { AlertRuleError, type AlertState } from './alert-rule';
import { checkText } from './parse-alert-rule';
import { ALERT_TOPIC, recordTransition, OPEN_ALERTS } from './alert.store';
import type { AcknowledgeAlertPayload, Alert, AlertTransition } from './alert.type';

const ALERTS = `SELECT id, rule AS "ruleId", key, state, severity, revision, observed, started_at AS "startedAt",
  fired_at AS "firedAt", resolved_at AS "resolvedAt", acknowledged_at AS "acknowledgedAt",
  acknowledged_by AS "acknowledgedBy", note FROM alerts`;

/** Reads and acknowledges the shop's open and past alerts. */
export class AlertService {
  constructor(
    private readonly pool: Pool,
    private readonly pubSub: Pick<RedisPubSub, 'publish'>,
  ) {}

  /** Returns the alerts after the cursor, newest first. */
  async list(
    { states, rule }: { readonly states: readonly AlertState[] | null; readonly rule: string | null },
    limit: number,
    after?: TimeCursor,
  ): Promise<Alert[]> {
    return queryRows<Alert>(this.pool, {
      name: 'list-alerts',
      text: `${ALERTS} WHERE ($1::text[] IS NULL OR state = ANY($1)) AND ($2::text IS NULL OR rule = $2)
             AND ($3::timestamptz IS NULL OR (started_at, id) < ($3, $4::uuid))
             ORDER BY started_at DESC, id DESC LIMIT $5`,
      values: [states, rule, after?.time ?? null, after?.texts[0] ?? null, limit],
    });
  }

  /**
   * Returns the alerts that are open or have changed in the last `recentMs` milliseconds, in order of their last
   * change. If there are more than `limit`, returns those that changed last.
   */
  async openOrRecent(limit: number, recentMs: number): Promise<Alert[]> {
    const rows = await queryRows<Alert>(this.pool, {
      name: 'present-alerts',
      text: `${ALERTS} WHERE (${OPEN_ALERTS}) OR updated_at > now() - $2 * interval '1 ms' ORDER BY updated_at DESC LIMIT $1`,
      values: [limit, recentMs],
    });
    return rows.reverse();
  }

  async history(id: string): Promise<AlertTransition[]> {
    return queryRows<AlertTransition>(
      this.pool,
      'SELECT revision, state, at, by, observed FROM alert_transitions WHERE alert = $1 ORDER BY revision',
      [id],
    );
  }

  /** Acknowledges an open alert. @param by id of the API key of the caller */
  async acknowledge(id: string, text: string | null, by: string): Promise<AcknowledgeAlertPayload> {
    try {
      checkText('note', text ?? '');
    } catch (error) {
      if (!(error instanceof AlertRuleError)) throw error;
      return rejection({ code: 'BAD_USER_INPUT', message: error.message, path: error.path });
    }
    const alert = isUuid(id)
      ? await inTransaction(this.pool, async (client) => {
          const rows = await queryRows<Alert>(
            client,
            `UPDATE alerts SET acknowledged_at = now(), acknowledged_by = $2, note = $3, revision = revision + 1, updated_at = now()
             WHERE id = $1 AND ${OPEN_ALERTS}
             RETURNING id, rule AS "ruleId", key, state, severity, revision, observed, started_at AS "startedAt",
               fired_at AS "firedAt", resolved_at AS "resolvedAt", acknowledged_at AS "acknowledgedAt",
               acknowledged_by AS "acknowledgedBy", note`,
            [id, by, text],
          );
          const acknowledged = rows.at(0);
          if (acknowledged)
            await recordTransition(
              client,
              id,
              acknowledged.revision,
              'ACKNOWLEDGED',
              acknowledged.observed as never,
              by,
            );
          return acknowledged;
        })
      : undefined;
    if (!alert) return rejection({ code: 'NOT_FOUND', message: 'there is no open alert with this id', path: 'id' });
    this.pubSub.publish(ALERT_TOPIC, id);
    return { alert, errors: [] };
  }
}

function rejection(error: Omit<ItemError, 'index'>): AcknowledgeAlertPayload {
  return { alert: null, errors: [{ ...error, index: 0 }] };
}
