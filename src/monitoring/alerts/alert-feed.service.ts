import { BoundedQueue } from '../../platform/bounded-queue';
import type { Logger } from '../../platform/log';
import type { RedisPubSub } from '../../platform/pubsub';
import { ALERT_TOPIC } from './alert-store.service';
import type { AlertService } from './alert.service';
import type { Alert } from './alert.type';

/** Alerts that may wait for one who is slow to read, each in its newest state; and as many are looked at. */
const MAX_ALERTS = 1_000;
/** What a lost message is noticed by. */
const LOOK_MS = 2_000;
/** A change is looked for so long: over a Redis or PostgreSQL that was away for a moment. */
const RECENT_MS = 60_000;

/** Alerts as they move: those that are open first, then each again whenever something happens to it. */
export class AlertFeed {
  constructor(
    private readonly alerts: Pick<AlertService, 'present'>,
    private readonly pubSub: Pick<RedisPubSub, 'listen'>,
    private readonly log: Logger,
  ) {}

  async open(): Promise<AsyncIterableIterator<Alert>> {
    const told = new Map<string, number>();
    let looking: Promise<void> = Promise.resolve();
    let isAsked = false;
    const queue = new BoundedQueue<Alert>({ limit: MAX_ALERTS, onClose: () => close() });
    const look = async (isFirst: boolean) => {
      isAsked = false;
      for (const alert of await this.alerts.present(MAX_ALERTS, RECENT_MS)) {
        if (told.get(alert.id) === alert.revision) continue;
        told.delete(alert.id);
        told.set(alert.id, alert.revision);
        if (!isFirst || alert.state !== 'RESOLVED') queue.push(alert, alert.id);
      }
      // What is forgotten is told again at worst.
      for (const id of told.keys()) if (told.size > 2 * MAX_ALERTS) told.delete(id);
    };
    const changed = () => {
      if (isAsked) return;
      isAsked = true;
      looking = looking
        .then(() => look(false))
        .catch((error: Error) =>
          this.log.warn({ error: error.message }, 'alerts not looked at; it will be tried again'),
        );
    };
    // Registered first, then read.
    const stop = this.pubSub.listen(ALERT_TOPIC, changed);
    const timer = setInterval(changed, LOOK_MS);
    const close = () => {
      clearInterval(timer);
      stop();
    };
    await look(true).catch(async (error: unknown) => {
      await queue.return();
      throw error;
    });
    return queue;
  }
}
