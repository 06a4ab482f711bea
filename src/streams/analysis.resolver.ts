import { Arg, Extensions, Query, Resolver } from 'type-graphql';
import { WORK } from '../graphql/limits/operation-cost';
import { Scoped } from '../graphql/scope';
import { AnalysisService } from './analysis.service';
import { AnalysisRow, AnalyzeInput } from './analysis.type';

/** Cost of an analysis, as a number of plain GraphQL fields. The cost limit of an operation allows two analyses. */
const ANALYSIS_WORK = 20_000;

@Resolver(() => AnalysisRow)
export class AnalysisResolver {
  constructor(private readonly service: AnalysisService) {}

  @Scoped('ADMIN')
  @Extensions({ [WORK]: ANALYSIS_WORK })
  @Query(() => [AnalysisRow], {
    description:
      'Filters, groups and aggregates the log between two times, as a stream of the same definition does: up to 1,000,000 events and 50,000 groups, in 20 s.',
  })
  analyze(@Arg('input', () => AnalyzeInput) input: AnalyzeInput): Promise<AnalysisRow[]> {
    return this.service.analyze(input);
  }
}
