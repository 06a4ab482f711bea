import { ReportTable } from '../search/report-table';
import type { Stream } from '../streams/stream';
import { CreateOrderStreams } from '../system/create-streams-card';
import { ErrorNote } from '../ui/error-note';
import { formatAmount, formatNumber, formatShare, timeZone } from '../ui/format';
import { ItemErrors } from '../ui/item-errors';
import { useQuery } from '../ui/use-query';
import { useWrite } from '../ui/use-write';
import { ProductTitles, SoldMost } from './business-documents';
import { useEach } from './use-each';

const REFRESH_MS = 15_000;
const FILLING_REFRESH_MS = 3_000;
export const PRODUCT_STREAM = 'product-sales-by-day';
const TITLE = 'Best sellers';

interface Props {
  /** The beginning of the first day, and the end of the last. */
  readonly from: string;
  readonly to: string;
  readonly currency: string;
}

interface StreamProps {
  /** The stream that best sellers are read from; undefined: the shop does not have it. */
  readonly stream: Stream | undefined;
  readonly onChange: () => void;
}

/** The products with the most revenue; or what they need, and a button that makes it. */
export function BestSellers({ stream, onChange, ...range }: Props & StreamProps) {
  if (stream?.state === 'LIVE') return <BestSellerTable {...range} />;
  return (
    <section class="card" aria-label={TITLE}>
      <h2>{TITLE}</h2>
      {stream === undefined ? (
        <MakeStreams onMade={onChange} />
      ) : (
        <Unfinished progress={stream.progress} reason={stream.reason} onRefresh={onChange} />
      )}
    </section>
  );
}

function BestSellerTable({ from, to, currency }: Props) {
  const { data, error, reload } = useQuery(SoldMost, { input: { from, to, currency, by: 'REVENUE' } });
  useEach(REFRESH_MS, reload);
  // In a short span, more of a product may have come back than was bought.
  const sold = data?.bestSellers.filter(({ units }) => Number(units) > 0) ?? [];
  const ids = sold.map(({ productId }) => productId);
  const products = useQuery(ProductTitles, ids.length === 0 ? null : { variables: { ids } }).data?.products.nodes;
  const titles = new Map(products?.map(({ id, title }) => [id, title]));
  if (error !== undefined && data === undefined) return <ErrorNote error={error} title={TITLE} onRetry={reload} />;
  return (
    <ReportTable
      title={TITLE}
      columns={['Product', 'Units', 'Revenue']}
      rows={sold.map(({ productId, units, revenue }) => [
        productId,
        formatNumber(Number(units)),
        revenue === null ? '–' : formatAmount(revenue, currency),
      ])}
      nameOf={(productId) => titles.get(String(productId)) ?? productId}
    />
  );
}

interface UnfinishedProps {
  readonly progress: number;
  readonly reason: string | null;
  readonly onRefresh: () => void;
}

function Unfinished({ progress, reason, onRefresh }: UnfinishedProps) {
  useEach(FILLING_REFRESH_MS, onRefresh);
  return <p class="muted">{reason ?? `Past orders are being counted: ${formatShare(progress)}.`}</p>;
}

function MakeStreams({ onMade }: { readonly onMade: () => void }) {
  const { run, error, faults, isRunning } = useWrite(CreateOrderStreams);
  const make = async () => {
    if (await run({ timeZone: timeZone() })) onMade();
  };
  return (
    <>
      <p class="muted">
        Best sellers are counted by the order streams, which this shop does not have yet. They include past orders.
      </p>
      <div class="actions">
        <button class="button" disabled={isRunning} onClick={() => void make()}>
          Create order streams
        </button>
      </div>
      <ErrorNote error={error} />
      <ItemErrors errors={faults} />
    </>
  );
}
