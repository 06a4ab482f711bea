import { ReportTable } from '../search/report-table';
import { ErrorNote } from '../ui/error-note';
import { formatDateTime, formatNumber, formatShare } from '../ui/format';
import { useQuery } from '../ui/use-query';
import { durationText } from './carrier-report';
import { EstimateAccuracy } from './delivery-documents';

const ALL = 'All carriers';

/** Shows how the arrival times that were estimated compare with the deliveries. */
export function AccuracyTable() {
  const { data, error, reload } = useQuery(EstimateAccuracy, {});
  const accuracy = data?.deliveryAccuracy;
  if (accuracy == null) return <ErrorNote error={error} title="Arrival estimates" onRetry={reload} />;
  const since = accuracy.since === null ? '' : ` Deliveries since ${formatDateTime(accuracy.since)}.`;
  const rows = [{ carrier: ALL, ...accuracy }, ...(accuracy.carriers.length > 1 ? accuracy.carriers : [])];
  return (
    <ReportTable
      title="Arrival estimates"
      note={`How parcels of the last 28 days arrived (a sample of about 500), compared with what was estimated when their carrier took them over. 80 % are meant to arrive within the estimated time.${since}`}
      columns={['Carrier', 'Parcels', 'Within', 'Earlier', 'Later', 'On the days shown', 'Median error']}
      rows={(accuracy.parcels === 0 ? [] : rows).map((row) => [
        row.carrier,
        formatNumber(row.parcels),
        ...[row.within, row.early, row.late, row.onShownDays].map((count) => formatShare(count / row.parcels)),
        durationText(row.medianErrorHours),
      ])}
    />
  );
}
