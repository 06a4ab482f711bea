import type { RequestError } from '@freshet/client';
import { useState } from 'preact/hooks';
import { useSession } from '../session/session';
import { ErrorNote } from '../ui/error-note';
import { formatDateTime, formatMinute, formatNumber } from '../ui/format';
import type { ItemFault } from '../ui/item-fault';
import { Loading } from '../ui/loading';
import { toRequestError } from '../ui/request-error';
import { WindowTable } from '../windows/window-table';
import { WindowsView } from '../windows/windows-view';
import {
  type AnalysisRow,
  analyzeInputOf,
  toItemFault,
  MAX_ROWS,
  type PreviewRange,
  type PreviewPeriod,
  PREVIEW_PERIODS,
  previewWindows,
} from './preview';
import { Analyze } from './stream-documents';
import type { StreamInput } from './stream-draft';

interface Props {
  /** Returns the stream of the form; null if it is invalid, and the form shows why. */
  readonly read: () => StreamInput | null;
  /** Changes whenever the form changes. */
  readonly draft: unknown;
  readonly onFaults: (faults: readonly ItemFault[]) => void;
}

/** Minimum number of bars in the chart: one hour of five-minute windows. */
const MIN_BARS = 12;

interface Previewed {
  readonly rows: readonly AnalysisRow[];
  readonly stream: StreamInput;
  readonly range: PreviewRange;
  /** The form's state when the preview was requested. */
  readonly of: unknown;
}

/** Shows what the stream would have counted recently, computed from the log. Nothing is stored. */
export function StreamPreview({ read, draft, onFaults }: Props) {
  const { client } = useSession();
  const [span, chooseSpan] = useState<PreviewPeriod>('hour');
  const [previewed, setPreviewed] = useState<Previewed>();
  const [error, setError] = useState<RequestError>();
  const [isAsking, setAsking] = useState(false);
  const ask = async () => {
    const stream = read();
    if (stream === null) return;
    const to = Date.now();
    const range = { from: to - PREVIEW_PERIODS.find(({ value }) => value === span)!.ms, to };
    setAsking(true);
    setError(undefined);
    onFaults([]);
    try {
      const { analyze: rows } = await client.request(Analyze, { input: analyzeInputOf(stream, range) });
      setPreviewed({ rows, stream, range, of: draft });
    } catch (failure) {
      const failed = toRequestError(failure);
      const fault = toItemFault(failed);
      setPreviewed(undefined);
      if (fault) onFaults([fault]);
      else setError(failed);
    } finally {
      setAsking(false);
    }
  };
  return (
    <section class="preview" aria-labelledby="preview-title">
      <header class="card-head">
        <div>
          <h2 id="preview-title">Preview</h2>
          <p class="muted small">What the stream would have counted, computed from the log. Nothing is stored.</p>
        </div>
        <div class="actions">
          <select
            aria-label="Period"
            value={span}
            onChange={(event) => chooseSpan(event.currentTarget.value as PreviewPeriod)}
          >
            {PREVIEW_PERIODS.map(({ value, title }) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </select>
          <button class="button" type="button" disabled={isAsking} onClick={() => void ask()}>
            {isAsking ? 'Counting …' : 'Preview'}
          </button>
        </div>
      </header>
      <ErrorNote error={error} title="Not previewed" onRetry={() => void ask()} />
      {isAsking && previewed === undefined && <Loading lines={3} />}
      {previewed && <StreamPreviewResult {...previewed} isOld={previewed.of !== draft} />}
    </section>
  );
}

function StreamPreviewResult({ rows, stream, range, isOld }: Previewed & { readonly isOld: boolean }) {
  const windows = previewWindows(rows, range);
  const events = rows.reduce((sum, row) => sum + row.events, 0);
  const { keys, derive, aggregates } = stream;
  const source = { keys: keys ?? [], derive: derive ?? [], aggregates };
  const cut = rows.length === MAX_ROWS ? `the first ${formatNumber(MAX_ROWS)} windows` : `${rows.length} windows`;
  return (
    <>
      <p role="status">
        {rows.length === 0 ? 'No matching events' : `${formatNumber(events)} events in ${cut}`}, from{' '}
        {formatDateTime(new Date(range.from).toISOString())} to {formatMinute(new Date(range.to))}.
        {isOld && <b> The form has changed since.</b>}
      </p>
      {rows.length > 0 && (
        <>
          <WindowsView label="the preview" windows={windows} stream={source} height={140} places={MIN_BARS} />
          <WindowTable label="Preview" windows={windows} aggregates={aggregates} hasKeys={source.keys.length > 0} />
        </>
      )}
    </>
  );
}
