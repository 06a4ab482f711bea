import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { formatDateTime, formatNumber, formatShare } from '../ui/format';
import { Loading } from '../ui/loading';
import { useQuery } from '../ui/use-query';
import {
  type Candidate,
  type ExplainedDecision,
  groupExclusions,
  nextAdvertiser,
  priceReason,
  priceText,
  scoreText,
  unitPrice,
  unitText,
  type Winner,
} from './ad-text';
import { AdDecisionReport } from './ads-documents';
import { useProductTitles } from './use-product-titles';

type NameOf = (id: string) => string;

/** Explains one decision: who won at which price and why, who competed, and who took no part. */
export function DecisionPanel({ id }: { readonly id: string }) {
  const { data, error, reload } = useQuery(AdDecisionReport, { id });
  const decision = data?.adDecision;
  const advertisers = new Map(data?.advertisers?.nodes.map((one) => [one.id, one.name]));
  const nameOf: NameOf = (advertiserId) => advertisers.get(advertiserId) ?? advertiserId;
  return (
    <>
      <ErrorNote error={error} onRetry={reload} />
      {data === undefined && error === undefined && <Loading lines={8} />}
      {decision === null && error === undefined && (
        <Empty title="There was no auction">
          <p>
            No running campaign has a product that is relevant to this search, so there is nothing to explain. Decisions
            are deleted after <code>AD_DECISION_DAYS</code>.
          </p>
        </Empty>
      )}
      {decision && <Decision decision={decision} nameOf={nameOf} />}
    </>
  );
}

function Decision({ decision, nameOf }: { readonly decision: ExplainedDecision; readonly nameOf: NameOf }) {
  const { id, winners, competitors, excluded, query, placement, decidedAt, relevantProducts } = decision;
  const shown = [...winners.map(({ candidate }) => candidate), ...competitors];
  const titleOf = useProductTitles([...shown, ...excluded].map(({ productId }) => productId));
  const reserve = shown[0]?.reserve;
  const groups = groupExclusions(excluded);
  return (
    <>
      <section class="card" aria-label="Decision">
        <h2>{query === null || query === '' ? `Ads in ${placement}` : `Ads for “${query}” in ${placement}`}</h2>
        <p>
          {formatNumber(relevantProducts)} products of the list were relevant enough. {participantText(decision)}{' '}
          {winners.length === 0 && 'No ad is shown.'}
        </p>
        <p class="muted small">
          Decision <code>{id}</code>, {formatDateTime(decidedAt)}.{' '}
          {reserve !== undefined && `The reserve is ${priceText(reserve, shown[0]!.bidKind)}.`} The score is what a
          thousand impressions are expected to bring (the bid × the probability of a click, or the bid for a thousand
          impressions) × the quality, which says how well the product fits the list.
        </p>
      </section>
      {winners.map((winner) => (
        <WinnerCard
          key={winner.slot}
          winner={winner}
          reason={priceReason(winner, nextAdvertiser(decision, winner), nameOf)}
          title={titleOf(winner.candidate.productId)}
          advertiser={nameOf(winner.candidate.advertiserId)}
        />
      ))}
      {competitors.length > 0 && <Competitors {...{ competitors, nameOf, titleOf }} />}
      {groups.length > 0 && (
        <section class="card" aria-labelledby="excluded-title">
          <h2 id="excluded-title">Took no part</h2>
          <ul class="concerns">
            {groups.map(({ lineItemId, text, productIds }) => (
              <li key={`${lineItemId} ${text}`}>
                <b>{lineItemId}</b>: {text}
                <span class="muted small block">{productText(productIds, titleOf)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function participantText({ winners, competitors }: ExplainedDecision): string {
  const count = new Set(
    [...winners.map(({ candidate }) => candidate), ...competitors].map(({ advertiserId }) => advertiserId),
  ).size;
  if (count === 0) return 'No advertiser could take part.';
  return count === 1 ? 'One advertiser took part.' : `${formatNumber(count)} advertisers took part.`;
}

/** Number of products of a line item that are named. */
const MAX_NAMED = 3;

function productText(ids: readonly string[], titleOf: NameOf): string {
  const named = ids.slice(0, MAX_NAMED).map(titleOf).join('; ');
  const rest = ids.length - MAX_NAMED;
  return rest > 0 ? `${named}; and ${rest} more` : named;
}

interface WinnerProps {
  readonly winner: Winner;
  readonly reason: string;
  readonly title: string;
  readonly advertiser: string;
}

function WinnerCard({ winner: { slot, price, candidate }, reason, title, advertiser }: WinnerProps) {
  const { bid, bidKind, clickProbability, quality, lineItemId } = candidate;
  return (
    <section class="card" aria-label={`Slot ${slot}`}>
      <h2>
        Slot {slot}: {title}
      </h2>
      <p class="muted small">
        {advertiser}, line item {lineItemId}
      </p>
      <dl class="facts">
        <Fact name="Price" unit={unitText(bidKind)}>
          {unitPrice(price, bidKind)}
        </Fact>
        <Fact name="Bid" unit={unitText(bidKind)}>
          {unitPrice(bid, bidKind)}
        </Fact>
        <Fact name="Probability of a click">{formatShare(clickProbability, 1)}</Fact>
        <Fact name="Quality">{formatShare(quality)}</Fact>
        <Fact name="Score">{scoreText(candidate)}</Fact>
      </dl>
      <p>{reason}</p>
    </section>
  );
}

interface FactProps {
  readonly name: string;
  readonly unit?: string;
  readonly children: string;
}

function Fact({ name, unit, children }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <b>{children}</b>
        {unit !== undefined && <span class="muted small"> {unit}</span>}
      </dd>
    </div>
  );
}

interface CompetitorProps {
  readonly competitors: readonly Candidate[];
  readonly nameOf: NameOf;
  readonly titleOf: NameOf;
}

function Competitors({ competitors, nameOf, titleOf }: CompetitorProps) {
  return (
    <section class="card" aria-labelledby="competitors-title">
      <h2 id="competitors-title">Competed without a slot</h2>
      <div class="table-scroll" role="region" aria-label="Competitors, table" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Advertiser</th>
              <th scope="col">Its best product</th>
              {['Bid', 'Click', 'Quality', 'Score'].map((title) => (
                <th key={title} scope="col" class="figure">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {competitors.map((candidate) => (
              <tr key={candidate.advertiserId}>
                <th scope="row">
                  {nameOf(candidate.advertiserId)}
                  <span class="muted small block">{candidate.lineItemId}</span>
                </th>
                <td>{titleOf(candidate.productId)}</td>
                <td class="figure">{priceText(candidate.bid, candidate.bidKind)}</td>
                <td class="figure nowrap">{formatShare(candidate.clickProbability, 1)}</td>
                <td class="figure nowrap">{formatShare(candidate.quality)}</td>
                <td class="figure nowrap">{scoreText(candidate)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
