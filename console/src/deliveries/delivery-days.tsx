import type { ResultOf } from '@freshet/client';
import { ReportTable } from '../search/report-table';
import { ErrorNote } from '../ui/error-note';
import { ItemErrors } from '../ui/item-errors';
import { usePages } from '../ui/use-pages';
import { useWrite } from '../ui/use-write';
import { CalendarDays, RemoveDeliveryDay } from './delivery-documents';
import { DeliveryDayForm } from './delivery-day-form';
import { countryName, dayName } from './delivery-day-text';

export type DeliveryDay = NonNullable<ResultOf<typeof CalendarDays>['deliveryDays']>['nodes'][number];

const PAGE = 50;
const NO_PAGE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };

/** Shows and changes the days on which parcels are delivered, or are not. */
export function DeliveryDays() {
  const pages = usePages(CalendarDays, ({ deliveryDays }) => deliveryDays ?? NO_PAGE, { first: PAGE });
  const removal = useWrite(RemoveDeliveryDay);
  const remove = async ({ country, date, weekday }: DeliveryDay) => {
    await removal.run({ day: { country, date, weekday } });
    pages.reload();
  };
  const keyOf = (day: DeliveryDay) => `${day.date ?? day.weekday} ${day.country}`;
  const byKey = new Map(pages.items?.map((day) => [keyOf(day), day]));
  return (
    <>
      <ErrorNote error={pages.error ?? removal.error} title="Delivery days" onRetry={pages.reload} />
      <ItemErrors errors={removal.faults} />
      {pages.items !== undefined && (
        <ReportTable
          title="Delivery days"
          note="Nothing is delivered on Sundays (where people work on them: on weekends) and public holidays, unless this list says otherwise. Estimates use a change within ten minutes."
          columns={['Day', 'Country', 'Deliveries', '']}
          rows={pages.items.map((day) => [
            keyOf(day),
            countryName(day.country),
            day.delivers ? 'Yes' : 'No',
            <button
              key="remove"
              class="button small"
              disabled={removal.isRunning}
              aria-label={`Remove ${dayName(day)}, ${countryName(day.country)}`}
              onClick={() => void remove(day)}
            >
              Remove
            </button>,
          ])}
          nameOf={(key) => dayName(byKey.get(String(key))!)}
        />
      )}
      {pages.hasMore && (
        <div class="actions">
          <button class="button" onClick={pages.more}>
            Show more days
          </button>
        </div>
      )}
      <DeliveryDayForm onSaved={pages.reload} />
    </>
  );
}
