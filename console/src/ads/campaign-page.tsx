import { useEach } from '../business/use-each';
import { ReportTable } from '../search/report-table';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { formatDateTime, formatMoney, formatNumber, formatShare } from '../ui/format';
import { Link } from '../ui/link';
import { Loading } from '../ui/loading';
import { hrefOf } from '../ui/router';
import { useClock } from '../ui/use-clock';
import { useQuery } from '../ui/use-query';
import {
  type AdFigures,
  auctionText,
  bidText,
  formatPrice,
  lastDays,
  type LineItem,
  type ReportedCampaign,
  type Results,
  salesText,
  spentShare,
  statusBadge,
  targetingText,
  unpaidText,
} from './ad-text';
import { CampaignReport, CampaignResults } from './ads-documents';
import { SpendChart } from './spend-chart';
import { useProductTitles } from './use-product-titles';

const REFRESH_MS = 5_000;
/** Auctions and orders are counted from many more rows. */
const RESULTS_REFRESH_MS = 30_000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** The days of the report, with the present one. */
const DAYS = 14;
const MAX_PRODUCTS_SHOWN = 20;

/** Shows one campaign: what it spends by day, product and line item. */
export function CampaignPage({ id }: { readonly id: string }) {
  const now = useClock(MINUTE_MS);
  const day = Math.floor(now / DAY_MS) * DAY_MS;
  // The variables change once a day only, because a change loads the page again.
  const from = new Date(day - (DAYS - 1) * DAY_MS).toISOString();
  const to = new Date(day + DAY_MS - 1).toISOString();
  const { data, error, reload } = useQuery(CampaignReport, { id, from, to });
  useEach(REFRESH_MS, reload);
  const results = useQuery(CampaignResults, { id, from, to });
  useEach(RESULTS_REFRESH_MS, results.reload);
  const campaign = data?.campaign;
  return (
    <>
      <header class="page-head">
        <p class="small">
          <Link href={hrefOf('ads')}>All campaigns</Link>
        </p>
        <h1>{campaign?.name ?? id}</h1>
        {campaign && <Summary campaign={campaign} />}
      </header>
      <ErrorNote
        error={error ?? results.error}
        onRetry={() => {
          reload();
          results.reload();
        }}
      />
      {data === undefined && error === undefined && <Loading lines={8} />}
      {campaign === null && (
        <Empty title={`No campaign “${id}”`}>
          <p>No campaign has this id. Upper and lower case are different.</p>
        </Empty>
      )}
      {campaign && <CampaignDetail campaign={campaign} results={results.data?.campaign ?? undefined} now={now} />}
    </>
  );
}

function Summary({ campaign }: { readonly campaign: ReportedCampaign }) {
  const { advertiser, startsAt, endsAt, timeZone } = campaign;
  const { kind, text } = statusBadge(campaign);
  return (
    <p class="muted">
      <span class={`badge ${kind}`}>{text}</span> {advertiser?.name ?? 'unknown advertiser'}, since{' '}
      {formatDateTime(startsAt)}
      {endsAt !== null && ` until ${formatDateTime(endsAt)}`}. Its days are in the time zone {timeZone}.
    </p>
  );
}

function CampaignDetail({
  campaign,
  results,
  now,
}: {
  readonly campaign: ReportedCampaign;
  readonly results: Results | undefined;
  readonly now: number;
}) {
  const { figures, totalBudget, dailyBudget, spendToday, timeZone } = campaign;
  const products = campaign.products ?? [];
  const titleOf = useProductTitles(products.slice(0, MAX_PRODUCTS_SHOWN).map(({ key }) => key));
  const unpaid = figures === null ? undefined : unpaidText(figures);
  return (
    <>
      {figures && (
        <div class="campaign-figures">
          <Figure title="Spend" value={formatMoney(figures.spend)}>
            {formatShare(spentShare(figures, totalBudget))} of the budget of {formatMoney(totalBudget)}.
          </Figure>
          <Figure title="Spend today" value={formatMoney(spendToday)}>
            {dailyBudget === null ? 'No limit for a day.' : `Of ${formatMoney(dailyBudget)} a day.`}
          </Figure>
          <Figure title="Impressions" value={formatNumber(figures.impressions)}>
            {figures.costPerMille ? `${formatPrice(figures.costPerMille, 2)} per 1,000 on average.` : 'Not seen yet.'}
          </Figure>
          <Figure title="Clicks" value={formatNumber(figures.clicks)}>
            {clickText(figures)}
          </Figure>
          {results?.auctions && (
            <Figure title={`Auctions won, last ${DAYS} days`} value={winRateText(results.auctions)}>
              {auctionText(results.auctions)}
            </Figure>
          )}
          {results?.conversions && (
            <Figure title={`Sales, last ${DAYS} days`} value={formatMoney(results.conversions.revenue)}>
              {salesText(results.conversions)}
            </Figure>
          )}
        </div>
      )}
      {unpaid !== undefined && <p class="muted small">{unpaid}</p>}
      <section class="card" aria-labelledby="days-title">
        <h2 id="days-title">Spend by day</h2>
        <SpendChart
          days={lastDays(campaign.days ?? [], { timeZone, count: DAYS, now })}
          currency={totalBudget.currency}
        />
      </section>
      <ReportTable
        title="Products"
        note={`The ${DAYS} days of the chart, the highest spend first.`}
        columns={['Product', 'Impressions', 'Clicks', 'Cost per click', 'Spend']}
        rows={products
          .slice(0, MAX_PRODUCTS_SHOWN)
          .map(({ key, figures: one }) => [
            key,
            formatNumber(one.impressions),
            formatNumber(one.clicks),
            one.costPerClick ? formatPrice(one.costPerClick) : '–',
            formatPrice(one.spend),
          ])}
        nameOf={(id) => titleOf(String(id))}
      />
      <LineItems campaign={campaign} />
    </>
  );
}

const winRateText = ({ winRate }: NonNullable<Results['auctions']>): string =>
  winRate === null ? '–' : formatShare(winRate);

function clickText({ costPerClick, clicks, impressions }: AdFigures): string {
  if (costPerClick === null) return 'None yet.';
  const rate = impressions === 0 ? '' : `${formatShare(clicks / impressions, 1)} of the impressions, `;
  return `${rate}${formatPrice(costPerClick)} each on average.`;
}

interface FigureProps {
  readonly title: string;
  readonly value: string;
  readonly children: string | readonly (string | number)[];
}

function Figure({ title, value, children }: FigureProps) {
  return (
    <section class="card figure-card" aria-label={title}>
      <h2>{title}</h2>
      <p class="figure-value">{value}</p>
      <p class="muted small whole">{children}</p>
    </section>
  );
}

function LineItems({ campaign }: { readonly campaign: ReportedCampaign }) {
  const lineItems = campaign.lineItems?.nodes ?? [];
  const figuresOf = new Map(campaign.byLineItem?.map(({ key, figures }) => [key, figures]));
  return (
    <section class="card" aria-labelledby="line-items-title">
      <h2 id="line-items-title">Line items</h2>
      {lineItems.length === 0 ? (
        <p class="muted">
          None yet, so it shows no ads. Add products with a bid with <code>upsertLineItem</code>.
        </p>
      ) : (
        <div class="table-scroll" role="region" aria-label="Line items, table" tabIndex={0}>
          <table class="campaigns">
            <thead>
              <tr>
                <th scope="col">Line item</th>
                <th scope="col">Shown</th>
                {['Bid', 'Impressions', 'Clicks', 'Spend'].map((title) => (
                  <th key={title} scope="col" class="figure">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lineItems.map((lineItem) => (
                <LineItemRow key={lineItem.id} lineItem={lineItem} figures={figuresOf.get(lineItem.id)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {campaign.lineItems?.pageInfo.hasNextPage === true && <p class="muted small">The first 100 are shown.</p>}
    </section>
  );
}

function LineItemRow({ lineItem, figures }: { readonly lineItem: LineItem; readonly figures: AdFigures | undefined }) {
  const { id, isPaused, productIds, placements } = lineItem;
  return (
    <tr>
      <th scope="row">
        {id}
        <span class="muted small block">
          {formatNumber(productIds.length)} {productIds.length === 1 ? 'product' : 'products'}
        </span>
        {isPaused && <span class="badge held">Paused</span>}
      </th>
      <td>
        In {placements.join(', ')}
        <span class="muted small block">{targetingText(lineItem)}</span>
      </td>
      <td class="figure">{bidText(lineItem)}</td>
      <td class="figure">{formatNumber(figures?.impressions ?? 0)}</td>
      <td class="figure">{formatNumber(figures?.clicks ?? 0)}</td>
      <td class="figure nowrap">{figures === undefined ? '–' : formatPrice(figures.spend)}</td>
    </tr>
  );
}
