import { openLiveItems } from '../../graphql/live-query';
import type { Logger } from '../../platform/log';
import type { RedisPubSub } from '../../platform/pubsub';
import { ALERT_TOPIC } from './alert.store';
import type { AlertService } from './alert.service';
import type { Alert } from './alert.type';

/**
 * Maximum number of alerts that are loaded at once, and of alerts that wait for a slow subscriber. Only the newest
 * state of each alert waits.
 */
const MAX_ALERTS = 1_000;
/** Interval at which alerts are loaded even without a message, because messages can get lost. */
const POLL_INTERVAL_MS = 2_000;
/** Each load includes the alerts that changed in this period, to cover short outages of Redis or PostgreSQL. */
const RECENT_CHANGES_MS = 60_000;

/** Sends alerts to subscribers: first the open ones, then each alert again whenever it changes. */
export class AlertFeed {
  constructor(
    private readonly alerts: Pick<AlertService, 'openOrRecent'>,
    private readonly pubSub: Pick<RedisPubSub, 'listen'>,
    private readonly log: Logger,
  ) {}

  open(): Promise<AsyncIterableIterator<Alert>> {
    const sentRevisions = new Map<string, number>();
    const load = async (isFirst: boolean) => {
      const changed: [string, Alert][] = [];
      for (const alert of await this.alerts.openOrRecent(MAX_ALERTS, RECENT_CHANGES_MS)) {
        if (sentRevisions.get(alert.id) === alert.revision) continue;
        sentRevisions.delete(alert.id);
        sentRevisions.set(alert.id, alert.revision);
        if (!isFirst || alert.state !== 'RESOLVED') changed.push([alert.id, alert]);
      }
      // Dropping the revision of an alert is harmless: at worst the alert is sent again.
      for (const id of sentRevisions.keys()) if (sentRevisions.size > 2 * MAX_ALERTS) sentRevisions.delete(id);
      return changed;
    };
    return openLiveItems({
      name: 'alerts',
      load,
      limit: MAX_ALERTS,
      watchChanges: ({ now, every }) => [this.pubSub.listen(ALERT_TOPIC, now), every(POLL_INTERVAL_MS, now)],
      log: this.log,
    });
  }
}
