import { useRef, useState } from 'preact/hooks';
import { useEach } from '../business/use-each';
import { Streams } from '../streams/stream-documents';
import { ErrorNote } from '../ui/error-note';
import { formatShare } from '../ui/format';
import { useQuery } from '../ui/use-query';
import { AccuracyTable } from './accuracy-table';
import { type CarrierRow, type ParcelFilter, rowName } from './carrier-report';
import { CarrierTable } from './carrier-table';
import { DeliveryDays } from './delivery-days';
import { ParcelCounts } from './delivery-documents';
import { ParcelList } from './parcel-list';
import { ParcelSearch } from './parcel-search';
import { ParcelStreamsCard } from './parcel-streams-card';
import { OPEN_STATUSES } from './parcel-text';
import { useCarrierReport } from './use-carrier-report';

const REFRESH_MS = 5_000;
/** Maximum number of parcels that are counted: the maximum size of a page. */
const MAX_COUNTED = 100;
const CARRIERS_STREAM = 'parcels-by-day';
const LANES_STREAM = 'parcel-lanes-by-day';

/** Shows which parcels are late or stuck, and how carriers and lanes did in the last 28 days. */
export function DeliveriesOverview() {
  const counts = useQuery(ParcelCounts, { status: OPEN_STATUSES, first: MAX_COUNTED });
  useEach(REFRESH_MS, counts.reload);
  const streams = useQuery(Streams, {});
  const stateOf = (id: string) => streams.data?.streams.find((stream) => stream.id === id)?.state;
  const carriers = useCarrierReport(stateOf(CARRIERS_STREAM) === 'LIVE' ? CARRIERS_STREAM : null);
  const lanes = useCarrierReport(stateOf(LANES_STREAM) === 'LIVE' ? LANES_STREAM : null);
  const [filter, setFilter] = useState<ParcelFilter>({});
  const list = useRef<HTMLDivElement>(null);
  const show = (chosen: ParcelFilter) => {
    setFilter(chosen);
    list.current?.scrollIntoView();
    list.current?.focus({ preventScroll: true });
  };
  const filterKeys = Object.values(filter);
  const isLive = carriers.rows !== undefined && lanes.rows !== undefined;
  return (
    <>
      <header class="page-head with-action">
        <div class="grow">
          <h1>Deliveries</h1>
          <p class="muted">Parcels that need attention, and how carriers deliver.</p>
        </div>
        <ParcelSearch />
      </header>
      <ErrorNote error={counts.error} onRetry={counts.reload} />
      <div class="delivery-figures">
        <Count title="Late now" page={counts.data?.late} text="The promised time has passed." />
        <Count title="Stuck now" page={counts.data?.stuck} text="No scan for unusually long." />
        {carriers.rows !== undefined && <Totals rows={carriers.rows} />}
      </div>
      <div class="column" tabIndex={-1} ref={list} role="group" aria-label="Late and stuck parcels">
        {filterKeys.length > 0 && (
          <div class="note parcel-filter" role="status">
            <span>
              Only parcels of <b>{rowName({ keys: filterKeys })}</b>
            </span>
            <button class="button small" onClick={() => setFilter({})}>
              Show all
            </button>
          </div>
        )}
        <ParcelList key={`late ${filterKeys.join('\n')}`} kind="late" filter={filter} />
        <ParcelList key={`stuck ${filterKeys.join('\n')}`} kind="stuck" filter={filter} />
      </div>
      <ErrorNote error={streams.error} onRetry={streams.reload} />
      {streams.data !== undefined && !isLive && (
        <ParcelStreamsCard
          streams={streams.data.streams.filter(({ id }) => id === CARRIERS_STREAM || id === LANES_STREAM)}
          onChange={streams.reload}
        />
      )}
      <ErrorNote error={carriers.error ?? lanes.error} title="Carriers and lanes" />
      {carriers.rows !== undefined && <CarrierTable title="Carriers" rows={carriers.rows} onFilter={show} />}
      {lanes.rows !== undefined && <CarrierTable title="Lanes" rows={lanes.rows} onFilter={show} />}
      <AccuracyTable />
      <DeliveryDays />
    </>
  );
}

interface CountProps {
  readonly title: string;
  readonly text: string;
  readonly page: { readonly nodes: readonly object[]; readonly pageInfo: { hasNextPage: boolean } } | null | undefined;
}

function Count({ title, text, page }: CountProps) {
  const count = page?.nodes.length;
  return (
    <section class="card figure-card" aria-label={title}>
      <h2>{title}</h2>
      <p class={`figure-value ${count === undefined ? '' : count > 0 ? 'needs-care' : 'is-well'}`}>
        {count === undefined ? '–' : `${count}${page?.pageInfo.hasNextPage ? '+' : ''}`}
      </p>
      <p class="muted small whole">{text}</p>
    </section>
  );
}

/** The sums of all carriers. */
function Totals({ rows }: { readonly rows: readonly CarrierRow[] }) {
  const sumOf = (name: 'delivered' | 'promised' | 'onTime') => rows.reduce((sum, row) => sum + row[name], 0);
  const promised = sumOf('promised');
  return (
    <>
      <section class="card figure-card" aria-label="On time">
        <h2>On time</h2>
        <p class="figure-value">{promised === 0 ? '–' : formatShare(sumOf('onTime') / promised, 1)}</p>
        <p class="muted small whole">Of {promised} deliveries with a promise, last 28 days.</p>
      </section>
      <section class="card figure-card" aria-label="Delivered">
        <h2>Delivered</h2>
        <p class="figure-value">{sumOf('delivered')}</p>
        <p class="muted small whole">Parcels, last 28 days.</p>
      </section>
    </>
  );
}
