import { useState } from 'preact/hooks';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { formatShare, formatDateTime, formatNumber } from '../ui/format';
import { Loading } from '../ui/loading';
import { useClock } from '../ui/use-clock';
import { useLive } from '../ui/use-live';
import { MakeSynonym, useSynonymWords } from './make-synonym';
import { ReportTable } from './report-table';
import { ReportUpdated } from './search-documents';
import { StarterSynonyms } from './starter-synonyms';
import { SuggestedSynonyms } from './suggested-synonyms';

const DAY_MS = 86_400_000;
const PERIOD_DAYS = [1, 7, 30];

/** Shows the live report of customers' searches, with the clicks and purchases that followed. */
export function SearchReportPage() {
  const [days, setDays] = useState(7);
  // The period advances with the day.
  const today = useClock(DAY_MS);
  const from = new Date(today - (days - 1) * DAY_MS).toISOString();
  const { data, error } = useLive(ReportUpdated, { input: { from, first: 20, minSearches: 1 } });
  const report = data?.searchReportUpdated;
  const synonyms = useSynonymWords();
  return (
    <>
      <header class="page-head">
        <h1>Search reports</h1>
        <p class="muted">What customers search for, and what they click and buy afterwards, live.</p>
      </header>
      <div class="form-row">
        <label class="field">
          <span>Period</span>
          <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {PERIOD_DAYS.map((span) => (
              <option key={span} value={span}>
                {span === 1 ? 'Today' : `${span} days`}
              </option>
            ))}
          </select>
        </label>
        {report && <p class="muted small grow end">As of {formatDateTime(report.asOf)}</p>}
      </div>
      <ErrorNote error={error} />
      {report === undefined && error === undefined && <Loading lines={6} />}
      {report !== undefined && (
        <>
          <dl class="facts card">
            <div>
              <dt>Searches</dt>
              <dd>
                <b>{formatNumber(report.totals.searches)}</b>
              </dd>
            </div>
            <div>
              <dt>Followed by a click</dt>
              <dd>
                <b>{formatShare(report.totals.clickThroughRate, 1)}</b>
              </dd>
            </div>
            <div>
              <dt>Followed by a purchase</dt>
              <dd>
                <b>{formatShare(report.totals.conversionRate, 1)}</b>
              </dd>
            </div>
            <div>
              <dt>Without results</dt>
              <dd>
                <b>{formatShare(report.totals.noResultShare, 1)}</b>
              </dd>
            </div>
          </dl>
          {report.totals.searches === 0 ? (
            <Empty title="No searches in this period" />
          ) : (
            <div class="reports">
              <ReportTable
                title="Without results"
                columns={['Query', 'No results', '']}
                rows={report.noResult.map((row) => [
                  row.query,
                  formatNumber(row.withoutResults),
                  <MakeSynonym query={row.query} synonyms={synonyms} />,
                ])}
              />
              <ReportTable
                title="Most frequent"
                columns={['Query', 'Searches', 'Clicked', 'Purchase']}
                rows={report.top.map((row) => [
                  row.query,
                  formatNumber(row.searches),
                  formatShare(row.clickThroughRate),
                  formatShare(row.conversionRate),
                ])}
              />
              <ReportTable
                title="Rising"
                columns={['Query', 'Searches', 'Before', 'Rise']}
                rows={report.rising.map((row) => [
                  row.query,
                  formatNumber(row.searches),
                  formatNumber(row.before),
                  row.rise.toFixed(1),
                ])}
              />
              <ReportTable
                title="Too few clicks"
                columns={['Query', 'Searches', 'Clicked', 'Missed']}
                rows={report.lowClick.map((row) => [
                  row.query,
                  formatNumber(row.searches),
                  formatShare(row.clickThroughRate),
                  row.missedClicks.toFixed(1),
                ])}
              />
              <ReportTable
                title="By position"
                columns={['Position', 'Shown', 'Clicked', 'Purchases']}
                rows={report.byPosition.map((row) => [
                  row.position === null ? 'below' : row.position,
                  formatNumber(row.impressions),
                  formatShare(row.clickThroughRate, 1),
                  formatNumber(row.purchases),
                ])}
              />
            </div>
          )}
        </>
      )}
      <SuggestedSynonyms synonyms={synonyms} />
      <StarterSynonyms />
    </>
  );
}
