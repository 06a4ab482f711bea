import type { ResultOf } from '@freshet/client';
import { useState } from 'preact/hooks';
import { ErrorNote } from '../ui/error-note';
import { formatMoney, formatNumber } from '../ui/format';
import { Loading } from '../ui/loading';
import { usePages } from '../ui/use-pages';
import { Placements } from './business-documents';
import { formatInterval, formatRate } from './figure-cards';
import { LineDialog } from './line-dialog';
import { useEach } from './use-each';

export type Placement = NonNullable<ResultOf<typeof Placements>['placements']>['nodes'][number];

const REFRESH_MS = 15_000;
/** Minimum number of shown lists of which revenue per thousand means something. */
const MIN_SHOWN = 100;
const NO_PAGE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };

const KIND_NAMES: Readonly<Record<Placement['kind'], string>> = {
  RECOMMENDATION: 'Recommendations',
  SEARCH: 'Search',
  BROWSE: 'Browsing',
  AD: 'Ads',
};

interface Props {
  readonly from: string;
  readonly to: string;
  /** Undefined: there are no orders. */
  readonly currency: string | undefined;
}

/** Lists what each placement showed and earned; its name opens the order lines. */
export function PlacementPanel({ from, to, currency }: Props) {
  const { items, error, hasMore, isFirstPage, more, reload } = usePages(
    Placements,
    ({ placements }) => placements ?? NO_PAGE,
    { from, to },
  );
  useEach(REFRESH_MS, () => isFirstPage && reload());
  const [chosen, choose] = useState<Placement>();
  return (
    <section class="card" aria-labelledby="placements-title">
      <h2 id="placements-title">Placements</h2>
      <ErrorNote error={error} onRetry={reload} />
      {items === undefined && error === undefined && <Loading lines={4} />}
      {items?.length === 0 && <p class="muted">No list has been shown in these days.</p>}
      {items !== undefined && items.length > 0 && (
        <div class="table-scroll" role="region" aria-label="Placements" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Placement</th>
                {['Shown', 'Click-through', 'Carts', 'Orders', 'Revenue', 'Per 1,000 shown'].map((title) => (
                  <th key={title} scope="col" class="figure">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <PlacementRow
                  key={`${one.kind} ${one.placement}`}
                  row={one}
                  currency={currency}
                  onOpen={() => choose(one)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hasMore && (
        <button class="button" onClick={more}>
          More placements
        </button>
      )}
      {chosen && <LineDialog placement={chosen} from={from} to={to} onClose={() => choose(undefined)} />}
    </section>
  );
}

interface RowProps {
  readonly row: Placement;
  readonly currency: string | undefined;
  readonly onOpen: () => void;
}

function PlacementRow({ row, currency, onOpen }: RowProps) {
  const { kind, placement, shown, clickThrough, carts, earnings } = row;
  const earned = earnings.find((one) => one.currency === currency);
  return (
    <tr>
      <th scope="row" class="nowrap">
        <button class="button link" onClick={onOpen}>
          {placement ?? 'without a placement'}
        </button>
        <span class="muted small block">{KIND_NAMES[kind]}</span>
      </th>
      <td class="figure">{formatNumber(shown)}</td>
      <td class="figure nowrap">
        {formatRate(clickThrough.value)}
        <span class="muted small block">{formatInterval(clickThrough)}</span>
      </td>
      <td class="figure">{formatNumber(carts)}</td>
      <td class="figure">{formatNumber(earned?.orders ?? 0)}</td>
      <td class="figure nowrap">
        {formatMoney(earned?.revenue ?? (currency === undefined ? null : { amount: '0', currency }))}
      </td>
      <td class="figure nowrap">{formatMoney((shown >= MIN_SHOWN && earned?.revenuePerThousandShown) || null)}</td>
    </tr>
  );
}
