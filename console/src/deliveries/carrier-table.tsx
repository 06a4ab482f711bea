import { useState } from 'preact/hooks';
import { ReportTable } from '../search/report-table';
import { formatNumber, formatShare } from '../ui/format';
import { type CarrierRow, durationText, filterOf, type ParcelFilter, rowName } from './carrier-report';

/** Number of rows that are shown at first. */
const SHOWN = 20;

interface Props {
  readonly title: string;
  readonly rows: readonly CarrierRow[];
  /** Shows the late and stuck parcels of a row. */
  readonly onFilter: (filter: ParcelFilter) => void;
}

/** What the parcels of each carrier or lane did in the last 28 days. */
export function CarrierTable({ title, rows, onFilter }: Props) {
  const [isWhole, showAll] = useState(false);
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const name = (key: string | number) => {
    const row = byKey.get(String(key))!;
    const filter = filterOf(row);
    if (filter === undefined) return rowName(row);
    return (
      <button class="button link row-link" onClick={() => onFilter(filter)}>
        {rowName(row)}
      </button>
    );
  };
  return (
    <>
      <ReportTable
        title={title}
        note="The last 28 days, by the day of the delivery or the event. Times are from the pickup to the delivery. Late parcels that turned out to be in time are not counted."
        columns={[title.slice(0, -1), 'Delivered', 'On time', 'Median', '90 % within', 'Late', 'Stuck', 'Exceptions']}
        rows={(isWhole ? rows : rows.slice(0, SHOWN)).map((row) => [
          row.key,
          formatNumber(row.delivered),
          row.promised === 0 ? '–' : formatShare(row.onTime / row.promised),
          durationText(row.medianHours),
          durationText(row.slowHours),
          formatNumber(row.late),
          formatNumber(row.stuck),
          formatNumber(row.exceptions),
        ])}
        nameOf={name}
      />
      {!isWhole && rows.length > SHOWN && (
        <div class="actions">
          <button class="button" onClick={() => showAll(true)}>
            Show all {rows.length} {title.toLowerCase()}
          </button>
        </div>
      )}
    </>
  );
}
