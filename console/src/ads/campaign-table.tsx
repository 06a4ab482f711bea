import { useEach } from '../business/use-each';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { formatMoney, formatNumber } from '../ui/format';
import { Link } from '../ui/link';
import { Loading } from '../ui/loading';
import { hrefOf } from '../ui/router';
import { usePages } from '../ui/use-pages';
import { formatPrice, type ListedCampaign, spentShare, statusBadge } from './ad-text';
import { Campaigns } from './ads-documents';

const REFRESH_MS = 5_000;
const NO_PAGE = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } };
const FIGURE_COLUMNS = ['Spend', 'Today', 'Impressions', 'Clicks', 'Cost per click'];

/** Lists the campaigns with their budgets and figures; or says what to do while there are none. */
export function CampaignTable() {
  const { items, error, hasMore, isFirstPage, more, reload } = usePages(
    Campaigns,
    ({ campaigns }) => campaigns ?? NO_PAGE,
    {},
  );
  useEach(REFRESH_MS, () => isFirstPage && reload());
  return (
    <>
      <ErrorNote error={error} onRetry={reload} />
      {items === undefined && error === undefined && <Loading lines={6} />}
      {items?.length === 0 && <NoCampaigns />}
      {items !== undefined && items.length > 0 && (
        <section class="card" aria-labelledby="campaigns-title">
          <h2 id="campaigns-title">Campaigns</h2>
          <div class="table-scroll" role="region" aria-label="Campaigns, table" tabIndex={0}>
            <table class="campaigns">
              <thead>
                <tr>
                  <th scope="col">Campaign</th>
                  {FIGURE_COLUMNS.map((title) => (
                    <th key={title} scope="col" class="figure">
                      {title}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {items.map((campaign) => (
                  <CampaignRow key={campaign.id} campaign={campaign} />
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
      {hasMore && (
        <div class="actions">
          <button class="button" onClick={more}>
            More campaigns
          </button>
        </div>
      )}
    </>
  );
}

function CampaignRow({ campaign }: { readonly campaign: ListedCampaign }) {
  const { id, name, advertiser, totalBudget, dailyBudget, spendToday, figures } = campaign;
  const { kind, text } = statusBadge(campaign);
  return (
    <tr>
      <th scope="row">
        <Link href={hrefOf('ads', 'campaigns', id)}>{name}</Link>
        <span class="muted small block">{advertiser?.name ?? 'unknown advertiser'}</span>
        <span class={`badge ${kind}`}>{text}</span>
      </th>
      <td class="figure nowrap">
        {formatMoney(figures?.spend ?? null)}
        <span class="muted small block">of {formatMoney(totalBudget)}</span>
        {figures && (
          <progress
            class="budget"
            value={spentShare(figures, totalBudget)}
            aria-label={`Spent share of the budget of ${name}`}
          />
        )}
      </td>
      <td class="figure nowrap">
        {formatMoney(spendToday)}
        {dailyBudget !== null && <span class="muted small block">of {formatMoney(dailyBudget)}</span>}
      </td>
      <td class="figure">{figures === null ? '–' : formatNumber(figures.impressions)}</td>
      <td class="figure">{figures === null ? '–' : formatNumber(figures.clicks)}</td>
      <td class="figure nowrap">{figures?.costPerClick ? formatPrice(figures.costPerClick) : '–'}</td>
    </tr>
  );
}

function NoCampaigns() {
  return (
    <Empty title="No campaigns yet">
      <ol class="begin">
        <li>
          Define where ads are shown with <code>upsertAdPlacement</code>. The shop page at <code>/shop/</code> uses the
          placements <code>search</code> and <code>home</code>.
        </li>
        <li>
          Add who pays for them with <code>upsertAdvertiser</code>.
        </li>
        <li>
          Set a budget with <code>createCampaign</code>, and products with a bid with <code>upsertLineItem</code>.
        </li>
        <li>
          Select <code>sponsored</code> in your searches and lists, label what it returns, and send the token of each ad
          with its <code>IMPRESSION</code> and <code>CLICK</code>.
        </li>
      </ol>
    </Empty>
  );
}
