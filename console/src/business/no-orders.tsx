import { Empty } from '../ui/empty';
import { formatNumber } from '../ui/format';

/** Says what to send, while there are no orders. */
export function NoOrders({ visits }: { readonly visits: number }) {
  return (
    <Empty title="No orders in the last 60 days">
      <p>
        Send each order with <code>recordOrders</code>, and name in it the <code>requestId</code> of the list or search
        that its products came from. Then this page shows what the shop earned, and how much of it came through
        recommendations and search.
      </p>
      <p>
        <code>docs/attribution.md</code> says how. In these days the shop had{' '}
        <b>
          {formatNumber(visits)} {visits === 1 ? 'visit' : 'visits'}
        </b>
        .
      </p>
    </Empty>
  );
}
