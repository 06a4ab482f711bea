import { useState } from 'preact/hooks';
import type { PageProps } from '../pages';
import { useSynonymWords } from '../search/make-synonym';
import { Streams } from '../streams/stream-documents';
import { ErrorNote } from '../ui/error-note';
import { Loading } from '../ui/loading';
import { hrefOf } from '../ui/router';
import { Tabs } from '../ui/tabs';
import { useClock } from '../ui/use-clock';
import { useLive } from '../ui/use-live';
import { useQuery } from '../ui/use-query';
import { AttentionPanel } from './attention-panel';
import { BestSellers, PRODUCT_STREAM } from './best-sellers';
import { BusinessUpdated } from './business-documents';
import { currencyOf, nothingIn, type Report } from './business-report';
import { comparisonText, yesterdayText } from './business-text';
import { FigureCards } from './figure-cards';
import { NoOrders } from './no-orders';
import { NoResultTable } from './no-result-table';
import { PlacementPanel } from './placement-panel';
import { RevenuePanel } from './revenue-panel';
import { MONTH, rangeOf, shownDays, type Span, spanOf, SPANS } from './spans';
import { useAttention } from './use-attention';

const MINUTE_MS = 60_000;

/** What the shop earned, by what, and what to do next. */
export function BusinessPage({ rest: [path] }: PageProps) {
  const span = spanOf(path);
  const now = useClock(MINUTE_MS);
  const month = useLive(BusinessUpdated, rangeOf(MONTH, now));
  const other = useLive(BusinessUpdated, span === MONTH ? null : rangeOf(span, now));
  const lastMonth = month.data?.businessReportUpdated;
  const report = span === MONTH ? lastMonth : other.data?.businessReportUpdated;
  const [chosen, choose] = useState<string>();
  const currencies = lastMonth?.currencies.map((each) => each.currency) ?? [];
  const currency = currencies.find((each) => each === chosen) ?? currencies[0];
  const figures = currency === undefined ? undefined : currencyOf(lastMonth, currency);
  return (
    <>
      <header class="page-head with-action">
        <div class="grow">
          <h1>Business</h1>
          {figures && <p class="muted">{yesterdayText(figures)}</p>}
        </div>
        {currencies.length > 1 && (
          <label class="field">
            <span>Currency</span>
            <select value={currency} onChange={(event) => choose(event.currentTarget.value)}>
              {currencies.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </label>
        )}
      </header>
      <Tabs
        label="Days"
        tabs={SPANS.map((one) => ({ href: hrefOf('business', one.path), title: one.title, current: one === span }))}
      />
      <ErrorNote error={month.error ?? other.error} />
      {report !== undefined && lastMonth !== undefined ? (
        <BusinessFigures {...{ span, now, report, lastMonth, currency }} />
      ) : (
        (month.error ?? other.error) === undefined && <Loading lines={8} />
      )}
    </>
  );
}

interface Props {
  readonly span: Span;
  readonly now: number;
  readonly report: Report;
  readonly lastMonth: Report;
  /** Undefined: there are no orders. */
  readonly currency: string | undefined;
}

function BusinessFigures({ span, now, report, lastMonth, currency }: Props) {
  const range = rangeOf(span, now);
  const streams = useQuery(Streams, {});
  const synonyms = useSynonymWords();
  const filled = new Set(streams.data?.streams.filter(({ state }) => state === 'LIVE').map(({ id }) => id));
  const concerns = useAttention({ isBehind: lastMonth.behind, currency, streams: filled, synonyms, now });
  const month = currency === undefined ? undefined : currencyOf(lastMonth, currency);
  return (
    <>
      <p class="muted small">{comparisonText(report, span)}</p>
      {month === undefined ? (
        <NoOrders visits={report.visits.value} />
      ) : (
        <FigureCards
          report={report}
          currency={currencyOf(report, month.currency) ?? nothingIn(month)}
          days={shownDays(lastMonth.days, span)}
          revenueDays={shownDays(month.days, span)}
          span={span}
        />
      )}
      <div class="business-main">
        {month && <RevenuePanel span={span} month={month} />}
        <AttentionPanel concerns={concerns} />
      </div>
      <PlacementPanel key={`${range.from} ${range.to}`} {...range} currency={currency} />
      <div class="business-lists">
        {currency !== undefined && streams.data !== undefined && (
          <BestSellers
            {...{ from: report.from, to: report.to, currency }}
            stream={streams.data.streams.find(({ id }) => id === PRODUCT_STREAM)}
            onChange={streams.reload}
          />
        )}
        <NoResultTable {...range} synonyms={synonyms} />
      </div>
    </>
  );
}
