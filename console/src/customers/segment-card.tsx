import type { ResultOf } from '@freshet/client';
import { formatMoney, formatNumber, formatShare } from '../ui/format';
import type { Segments } from './customer-documents';
import { formatDays } from './customer-figures';
import { Sparkline } from '../ui/sparkline';
import { SegmentName } from './segment-name';

export type Segment = NonNullable<ResultOf<typeof Segments>['segments']>[number];

interface Props {
  readonly segment: Segment;
  /** Share of the customers of all segments, from 0 to 1. */
  readonly share: number;
  /** Sizes of the last days, oldest first. */
  readonly pastSizes: readonly number[];
  readonly onRenamed: () => void;
  readonly onShowMembers: () => void;
}

/** Shows a segment with its size and its typical figures. */
export function SegmentCard({ segment, share, pastSizes, onRenamed, onShowMembers }: Props) {
  const { name, description, size, figures } = segment;
  return (
    <section class="card segment" aria-label={`Segment ${name}`}>
      <SegmentName segment={segment} onRenamed={onRenamed} />
      <p class="segment-size">
        <b>{formatNumber(size)}</b> {size === 1 ? 'customer' : 'customers'} · {formatShare(share)}
      </p>
      <meter aria-label={`Share of ${name}`} value={share} max={1}>
        {formatShare(share)}
      </meter>
      <Sparkline values={pastSizes} label={`Sizes of ${name} in the last ${pastSizes.length} days`} />
      <p class="muted small">{description}</p>
      {figures !== null && (
        <dl class="segment-figures">
          <Figure title="Last order" value={`${formatDays(figures.recencyDays)} ago`} />
          <Figure title="Orders" value={formatNumber(figures.orderCount)} />
          <Figure title="Between orders" value={formatDays(figures.daysBetweenOrders)} />
          <Figure title="Order amount" value={formatMoney(figures.orderAmount)} />
          <Figure title="Net amount" value={formatMoney(figures.netAmount)} />
          <Figure title="Bought discounted" value={formatShare(figures.discountShare)} />
        </dl>
      )}
      <button class="button small segment-members" onClick={onShowMembers}>
        Show customers<span class="visually-hidden"> of {name}</span>
      </button>
    </section>
  );
}

function Figure({ title, value }: { readonly title: string; readonly value: string }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{value}</dd>
    </div>
  );
}
