import { BoundedQueue } from '../../platform/bounded-queue';
import type { Logger } from '../../platform/log';
import type { RedisPubSub } from '../../platform/pubsub';
import { SEARCHES_COUNTED_TOPIC } from '../search-topics';
import type { PreparedReport, SearchReportService } from './search-report.service';
import type { SearchReport } from './search-report.type';

/** Minimum interval between two reports. */
const MIN_INTERVAL_MS = 1_000;
/** Polling interval. Polling makes up for lost pub/sub messages and notices the start of a new day. */
const POLL_MS = 10_000;

/** Opens subscriptions to the search report. They send the full report first, and again each time it changes. */
export class SearchReportFeed {
  constructor(
    private readonly reports: SearchReportService,
    private readonly pubSub: Pick<RedisPubSub, 'listen'>,
    private readonly log: Pick<Logger, 'warn'>,
  ) {}

  /** Opens a subscription. @param prepare called for each report, because the default dates change with the day */
  async open(prepare: () => PreparedReport): Promise<AsyncIterableIterator<SearchReport>> {
    const { reports, pubSub, log } = this;
    let lastSent = '';
    let timer: NodeJS.Timeout | undefined;
    let running = false;
    let refreshAgain = false;
    let closed = false;
    // A slow subscriber receives only the newest report.
    const queue = new BoundedQueue<SearchReport>({ limit: 1, onClose: () => close() });
    const publish = async () => {
      const report = await reports.report(prepare());
      const content = JSON.stringify({ ...report, asOf: null });
      if (closed || content === lastSent) return;
      lastSent = content;
      queue.push(report, 'report');
    };
    const scheduleRefresh = () => {
      if (running) refreshAgain = true;
      else if (!closed) timer ??= setTimeout(() => void refresh(), MIN_INTERVAL_MS);
    };
    const refresh = async () => {
      timer = undefined;
      running = true;
      await publish().catch((error: Error) => log.warn({ error: error.message }, 'search report not read; retrying'));
      running = false;
      if (!refreshAgain) return;
      refreshAgain = false;
      scheduleRefresh();
    };
    const stop = pubSub.listen(SEARCHES_COUNTED_TOPIC, scheduleRefresh);
    const polling = setInterval(scheduleRefresh, POLL_MS);
    const close = () => {
      closed = true;
      clearTimeout(timer);
      clearInterval(polling);
      stop();
    };
    try {
      await publish();
    } catch (error) {
      close();
      throw error;
    }
    return queue;
  }
}
