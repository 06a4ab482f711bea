import { useEach } from '../business/use-each';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { Loading } from '../ui/loading';
import { useClock } from '../ui/use-clock';
import { usePages } from '../ui/use-pages';
import type { ParcelFilter } from './carrier-report';
import { ListedParcels } from './delivery-documents';
import { ParcelTable } from './parcel-table';
import { OPEN_STATUSES } from './parcel-text';

const REFRESH_MS = 5_000;
const NO_PAGE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };

const KINDS = {
  late: {
    title: 'Late',
    condition: { isLate: true, status: OPEN_STATUSES },
    empty: 'No parcel is late',
    hint: 'Every promise that has ended is met.',
  },
  stuck: {
    title: 'Stuck',
    condition: { isStuck: true },
    empty: 'No parcel is stuck',
    hint: 'Every parcel on its way was scanned as often as usual.',
  },
} as const;

interface Props {
  readonly kind: keyof typeof KINDS;
  readonly filter: ParcelFilter;
}

/** Lists the parcels that are late or stuck now, those that began last first. */
export function ParcelList({ kind, filter }: Props) {
  const { title, condition, empty, hint } = KINDS[kind];
  const pages = usePages(ListedParcels, ({ shipments }) => shipments ?? NO_PAGE, {
    ...condition,
    ...filter,
  });
  const now = useClock(REFRESH_MS);
  // Reloading starts with the first page. A list that the operator has extended stays as it is.
  useEach(REFRESH_MS, () => pages.isFirstPage && pages.reload());
  const { items, error, hasMore, more, reload } = pages;
  return (
    <section class="card" aria-label={`${title} parcels`}>
      <h2>{title}</h2>
      <ErrorNote error={error} onRetry={reload} />
      {items === undefined && error === undefined && <Loading lines={3} />}
      {items?.length === 0 && (
        <Empty title={empty}>
          <p>{hint}</p>
        </Empty>
      )}
      {items !== undefined && items.length > 0 && (
        <ParcelTable label={`${title} parcels, table`} parcels={items} now={now} />
      )}
      {hasMore && (
        <div class="actions">
          <button class="button" onClick={more}>
            More parcels
          </button>
        </div>
      )}
    </section>
  );
}
