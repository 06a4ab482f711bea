import { openLiveQuery } from '../../graphql/live-query';
import type { Logger } from '../../platform/log';
import type { RedisPubSub } from '../../platform/pubsub';
import { SEARCHES_COUNTED_TOPIC } from '../search-topics';
import type { SearchReportService } from './search-report.service';
import type { SearchReport, SearchReportInput } from './search-report.type';

/** Minimum interval between two reports. */
const MIN_INTERVAL_MS = 1_000;
/** Polling interval. Polling makes up for lost pub/sub messages and notices the start of a new day. */
const POLL_MS = 10_000;

/** Opens subscriptions to the search report. They send the full report first, and again each time it changes. */
export class SearchReportFeed {
  constructor(
    private readonly reports: SearchReportService,
    private readonly pubSub: Pick<RedisPubSub, 'listen'>,
    private readonly log: Logger,
  ) {}

  open(input: SearchReportInput): Promise<AsyncIterableIterator<SearchReport>> {
    return openLiveQuery({
      name: 'searchReport',
      // The input is prepared each time, because the default dates change with the day.
      reload: async () => this.reports.report(this.reports.prepare(input)),
      visibleStateOf: (report) => JSON.stringify({ ...report, asOf: null }),
      watchChanges: ({ within, every }) => {
        const reloadSoon = within(MIN_INTERVAL_MS);
        return [this.pubSub.listen(SEARCHES_COUNTED_TOPIC, reloadSoon), every(POLL_MS, reloadSoon)];
      },
      log: this.log,
    });
  }
}
