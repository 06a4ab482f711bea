import { MakeSynonym, type SynonymWords } from '../search/make-synonym';
import { ReportTable } from '../search/report-table';
import { ErrorNote } from '../ui/error-note';
import { formatNumber } from '../ui/format';
import { useQuery } from '../ui/use-query';
import { NoResult } from './business-documents';
import { useEach } from './use-each';

const REFRESH_MS = 15_000;

interface Props {
  readonly from: string;
  readonly to: string;
  readonly synonyms: SynonymWords;
}

/** Lists the searches that found nothing, each with a button that makes a synonym. */
export function NoResultTable({ from, to, synonyms }: Props) {
  const { data, error, reload } = useQuery(NoResult, { input: { from, to, first: 8, minSearches: 1 } });
  useEach(REFRESH_MS, reload);
  const title = 'Searches without results';
  if (error !== undefined && data === undefined) return <ErrorNote error={error} title={title} onRetry={reload} />;
  return (
    <ReportTable
      title={title}
      columns={['Query', 'No results', '']}
      rows={(data?.searchReport.noResult ?? []).map(({ query, withoutResults }) => [
        query,
        formatNumber(withoutResults),
        <MakeSynonym query={query} synonyms={synonyms} />,
      ])}
    />
  );
}
