import { inTransaction, type Pool } from '../../platform/postgres';
import type { RedisPubSub } from '../../platform/pubsub';
import { isUuid } from '../../platform/uuid';
import { maskPaymentData } from '../../search-engine/text/mask-payment-data';
import type { TimeCursor } from '../../graphql/connection';
import type { ItemError } from '../../graphql/item-error.type';
import { AlertRuleError, type AlertState } from './alert-rule';
import { checkText } from './parse-alert-rule';
import { ALERT_TOPIC, recordTransition } from './alert.store';
import type { AcknowledgeAlertPayload, Alert, AlertTransition } from './alert.type';
import { readAlerts, readOpenOrRecentAlerts, readTransitions, acknowledgeAlert } from './alert-list.store';

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
    return readAlerts(this.pool, states, rule, after, limit);
  }

  /**
   * Returns the alerts that are open or have changed in the last `recentMs` milliseconds, in order of their last
   * change. If there are more than `limit`, returns those that changed last.
   */
  async openOrRecent(limit: number, recentMs: number): Promise<Alert[]> {
    const rows = await readOpenOrRecentAlerts(this.pool, limit, recentMs);
    return rows.reverse();
  }

  async history(id: string): Promise<AlertTransition[]> {
    return readTransitions(this.pool, id);
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
          const acknowledged = await acknowledgeAlert(client, id, by, text && maskPaymentData(text));
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
