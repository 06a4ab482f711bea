import { Arg, Extensions, Query, Resolver, Root, Subscription } from 'type-graphql';
import { WORK } from '../../graphql/limits/operation-cost';
import { Scoped } from '../../graphql/scope';
import { NO_TOPIC, SubscribedBy } from '../../graphql/subscribed-by';
import { SearchReportFeed } from './search-report-feed.service';
import { SearchReportService } from './search-report.service';
import { SearchReport, SearchReportInput } from './search-report.type';

/**
 * Cost of a report, in units of {@link WORK} (1 to 2 µs each). A report runs several SQL statements, which take 1 to 2
 * ms of time in this process.
 */
const REPORT_WORK = 1_000;

@Resolver()
export class SearchReportResolver {
  constructor(
    private readonly reports: SearchReportService,
    private readonly feed: SearchReportFeed,
  ) {}

  @Scoped('ADMIN')
  @Extensions({ [WORK]: REPORT_WORK })
  @Query(() => SearchReport, { description: 'What customers searched for, and what came of it.' })
  searchReport(@Arg('input', () => SearchReportInput) input: SearchReportInput): Promise<SearchReport> {
    return this.reports.report(this.reports.prepare(input));
  }

  @Scoped('ADMIN')
  @Extensions({ [WORK]: REPORT_WORK })
  @SubscribedBy('open')
  @Subscription(() => SearchReport, {
    ...NO_TOPIC,
    description: 'The whole report first, then again whenever it differs, at most once a second.',
  })
  searchReportUpdated(
    @Root() report: SearchReport,
    @Arg('input', () => SearchReportInput) _input: SearchReportInput,
  ): SearchReport {
    return report;
  }

  open({ input }: { input: SearchReportInput }): Promise<AsyncIterable<SearchReport>> {
    return this.feed.open(input);
  }
}
