import { useQuery } from '../ui/use-query';
import { ErrorNote } from '../ui/error-note';
import { Loading } from '../ui/loading';
import { Streams } from '../streams/stream-documents';
import { MarkLegend } from '../windows/mark-legend';
import { CreateStreamsCard } from './create-streams-card';
import { tilesOf } from './predefined-streams';
import { StreamTile } from './stream-tile';
import { SystemPanel } from './system-panel';

/** Shows how the system runs: its state, and what is recorded and sold by the minute. */
export function SystemPage() {
  const { data, error, reload } = useQuery(Streams, {});
  const ids = new Set(data?.streams.map(({ id }) => id));
  const tiles = tilesOf(ids);
  const isCounted = ['Events', 'Revenue'].every((one) => tiles.some(({ title }) => title === one));
  return (
    <>
      <header class="page-head">
        <h1>System</h1>
        <p class="muted">Activity per minute and the state of the system, live.</p>
      </header>
      <ErrorNote error={error} onRetry={reload} />
      {data === undefined && error === undefined && <Loading lines={6} />}
      {data !== undefined && !isCounted && <CreateStreamsCard existing={ids} onMade={reload} />}
      {tiles.length > 0 && (
        <>
          <div class="tiles">
            {tiles.map((one) => (
              <StreamTile
                key={`${one.stream} ${one.aggregate}`}
                source={one}
                stream={data!.streams.find(({ id }) => id === one.stream)!}
              />
            ))}
          </div>
          <MarkLegend />
        </>
      )}
      <SystemPanel />
    </>
  );
}
