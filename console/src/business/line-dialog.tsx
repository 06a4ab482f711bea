import { Dialog } from '../ui/dialog';
import { ErrorNote } from '../ui/error-note';
import { formatMoney, formatNumber, formatShortDateTime } from '../ui/format';
import { Loading } from '../ui/loading';
import { usePages } from '../ui/use-pages';
import { AttributedLines } from './business-documents';
import type { Placement } from './placement-panel';

const NO_PAGE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
const TOUCHES = {
  CLICK: 'clicked',
  VIEW: 'opened',
  ADD_TO_CART: 'put into the cart',
  LINE: 'named by the order',
  IMPRESSION: 'only seen: not counted',
} as const;

interface Props {
  readonly placement: Pick<Placement, 'kind' | 'placement'>;
  readonly from: string;
  readonly to: string;
  readonly onClose: () => void;
}

/** Lists the order lines that belong to the lists of a placement, the newest first. */
export function LineDialog({ placement: { kind, placement }, from, to, onClose }: Props) {
  const { items, error, hasMore, more, reload } = usePages(
    AttributedLines,
    ({ attributedLines }) => attributedLines ?? NO_PAGE,
    { from, to, filter: { kind, placement: placement ?? '' } },
  );
  return (
    <Dialog isWide title={`Order lines of ${placement ?? 'lists without a placement'}`} onClose={onClose}>
      <ErrorNote error={error} onRetry={reload} />
      {items === undefined && error === undefined && <Loading lines={4} />}
      {items?.length === 0 && <p class="muted">No order line of these days belongs to it.</p>}
      {items !== undefined && items.length > 0 && (
        <div class="table-scroll" role="region" aria-label="Order lines" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Placed</th>
                <th scope="col">Order</th>
                <th scope="col">Product</th>
                <th scope="col">Was</th>
                <th scope="col" class="figure">
                  Units
                </th>
                <th scope="col" class="figure">
                  Revenue
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map(({ id, orderId, placedAt, productId, product, units, revenue, touch, query }) => (
                <tr key={id}>
                  <td class="nowrap">{formatShortDateTime(placedAt)}</td>
                  <td>{orderId}</td>
                  <th scope="row">{product?.title ?? productId}</th>
                  <td>
                    {touch === null ? '–' : TOUCHES[touch]}
                    {query !== null && <span class="muted small block">“{query}”</span>}
                  </td>
                  <td class="figure">{formatNumber(units)}</td>
                  <td class="figure nowrap">{formatMoney(revenue)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div class="actions end">
        {hasMore && (
          <button class="button" type="button" onClick={more}>
            More lines
          </button>
        )}
        <button class="button primary" type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
