import { formatShortDateTime, formatEnum } from '../ui/format';
import { VirtualRows } from '../ui/virtual-rows';

interface HistoryEvent {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: string;
  readonly quantity: number;
  readonly productId: string | null;
  readonly product: { readonly title: string } | null;
}

/** Lists the customer's events, the newest first. */
export function HistoryTable({ events }: { readonly events: readonly HistoryEvent[] }) {
  return (
    <section class="card history" aria-labelledby="history-title">
      <h2 id="history-title">History</h2>
      <p class="muted small">The newest {events.length} events</p>
      <VirtualRows
        label="History"
        class="history-rows"
        rows={events}
        rowHeight={54}
        keyOf={({ id, occurredAt }) => `${id} ${occurredAt}`}
        columns={[
          { title: 'Event', class: 'what' },
          { title: 'Product', class: 'wide' },
        ]}
        cellsOf={({ type, occurredAt, product, productId, quantity }) => [
          <>
            <span class={`event-type ${type.toLowerCase()}`}>{formatEnum(type)}</span>
            <span class="muted small nowrap">{formatShortDateTime(occurredAt)}</span>
          </>,
          <>
            {product?.title ?? productId ?? '–'}
            {quantity > 1 && <span class="muted"> × {quantity}</span>}
          </>,
        ]}
      />
    </section>
  );
}
