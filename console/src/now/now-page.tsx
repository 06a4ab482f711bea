import { useQuery } from '../ui/use-query';
import { ErrorNote } from '../ui/error-note';
import { Loading } from '../ui/loading';
import { Streams } from '../streams/stream-documents';
import { MarkLegend } from '../windows/mark-legend';
import { MakeStreams } from './make-streams';
import { READY_MADE } from './ready-made-streams';
import { StreamTile } from './stream-tile';
import { SystemPanel } from './system-panel';

/** What happens in the shop at this moment. */
export function NowPage() {
  const { data, error, reload } = useQuery(Streams, {});
  const ids = new Set(data?.streams.map(({ id }) => id));
  const there = READY_MADE.filter(({ definition }) => ids.has(definition.id));
  const missing = READY_MADE.filter(({ definition }) => !ids.has(definition.id));
  return (
    <>
      <header class="page-head">
        <h1>Now</h1>
        <p class="muted">By the minute, moving as events are recorded.</p>
      </header>
      <ErrorNote error={error} onRetry={reload} />
      {data === undefined && error === undefined && <Loading lines={6} />}
      {data !== undefined && missing.length > 0 && <MakeStreams missing={missing} onMade={reload} />}
      {there.length > 0 && (
        <>
          <div class="tiles">
            {there.map((one) => (
              <StreamTile key={one.definition.id} {...one} />
            ))}
          </div>
          <MarkLegend />
        </>
      )}
      <SystemPanel />
    </>
  );
}
