import { BoundedQueue } from '../../platform/bounded-queue';
import type { Logger } from '../../platform/log';
import type { RedisPubSub } from '../../platform/pubsub';
import { SEARCHES_TOPIC } from '../search-names';
import type { PreparedReport, SearchReports } from './search-report.service';
import type { SearchReport } from './search-report.type';

/** Told at most so often. */
const APART_MS = 1_000;
/** What a lost message, or the next day, is noticed by. */
const LOOK_MS = 10_000;

/** A report as it moves: the whole of it first, then again whenever it differs. */
export class SearchReportFeed {
  constructor(
    private readonly reports: SearchReports,
    private readonly pubSub: Pick<RedisPubSub, 'listen'>,
    private readonly log: Pick<Logger, 'warn'>,
  ) {}

  /** @param prepare anew each time: what is asked for without dates moves with the day */
  async open(prepare: () => PreparedReport): Promise<AsyncIterableIterator<SearchReport>> {
    const { reports, pubSub, log } = this;
    let told = '';
    let timer: NodeJS.Timeout | undefined;
    let running = false;
    let again = false;
    let closed = false;
    // Only the newest report matters to a subscriber who is slow to read.
    const queue = new BoundedQueue<SearchReport>({ limit: 1, onClose: () => close() });
    const tell = async () => {
      const report = await reports.report(prepare());
      const now = JSON.stringify({ ...report, asOf: null });
      if (closed || now === told) return;
      told = now;
      queue.push(report, 'report');
    };
    const later = () => {
      if (running) again = true;
      else if (!closed) timer ??= setTimeout(() => void look(), APART_MS);
    };
    const look = async () => {
      timer = undefined;
      running = true;
      await tell().catch((error: Error) =>
        log.warn({ error: error.message }, 'report not read; it will be tried again'),
      );
      running = false;
      if (!again) return;
      again = false;
      later();
    };
    const stop = pubSub.listen(SEARCHES_TOPIC, later);
    const looking = setInterval(later, LOOK_MS);
    const close = () => {
      closed = true;
      clearTimeout(timer);
      clearInterval(looking);
      stop();
    };
    try {
      await tell();
    } catch (error) {
      close();
      throw error;
    }
    return queue;
  }
}
