import { useRef, useState } from 'preact/hooks';
import { ModelChanged } from '../models/model-documents';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { Link } from '../ui/link';
import { Loading } from '../ui/loading';
import { hrefOf } from '../ui/router';
import { useLive } from '../ui/use-live';
import { useQuery } from '../ui/use-query';
import { segmentShares } from './customer-figures';
import { AudiencePanel } from './audience-panel';
import { SegmentHistories, Segments, SegmentSizesUpdated } from './customer-documents';
import { CustomersPanel } from './customers-panel';
import { SegmentCard } from './segment-card';

/** Shows the segments, and the customers of one of them or of all. */
export function CustomersOverview() {
  const { data, error, reload } = useQuery(Segments, {});
  const histories = useQuery(SegmentHistories, {});
  useLive(ModelChanged, {}, () => {
    reload();
    histories.reload();
  });
  const live = useLive(SegmentSizesUpdated, {}).data?.segmentSizesUpdated;
  const liveSizes = new Map(live?.segments.map(({ segment, size }) => [segment.id, size]));
  const [segmentId, select] = useState('');
  const list = useRef<HTMLElement>(null);
  const segments = (data?.segments ?? []).map((each) => ({ ...each, size: liveSizes.get(each.id) ?? each.size }));
  const pastSizes = new Map(
    histories.data?.segments?.map(({ id, sizes }) => [id, sizes.map(({ size }) => size)]) ?? [],
  );
  const shares = segmentShares(segments);
  const showMembers = (id: string) => {
    select(id);
    list.current?.scrollIntoView();
    list.current?.focus({ preventScroll: true });
  };
  return (
    <>
      <header class="page-head">
        <h1>Customers</h1>
        <p class="muted">Segments of customers with similar purchases, and predictions for each customer.</p>
      </header>
      <ErrorNote error={error} onRetry={reload} />
      {data === undefined && error === undefined && <Loading lines={6} />}
      {data !== undefined && segments.length === 0 && (
        <Empty title="There are no segments yet">
          <p>
            No version of SEGMENTS is active; 100 customers with an order are needed. See{' '}
            <Link href={hrefOf('models')}>Models</Link>.
          </p>
        </Empty>
      )}
      <div class="segments">
        {segments.map((segment) => (
          <SegmentCard
            key={segment.id}
            segment={segment}
            pastSizes={pastSizes.get(segment.id) ?? []}
            share={shares.get(segment.id) ?? 0}
            onRenamed={reload}
            onShowMembers={() => showMembers(segment.id)}
          />
        ))}
      </div>
      {live?.stabilityIndex != null && (
        <p class="muted small">
          Drift of the shares since the fit (population stability index): {live.stabilityIndex.toFixed(3)}
        </p>
      )}
      <AudiencePanel />
      <CustomersPanel segments={segments} segmentId={segmentId} onSegment={select} panel={list} />
    </>
  );
}
