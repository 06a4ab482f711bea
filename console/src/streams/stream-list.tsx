import type { RequestError } from '@freshet/client';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { formatCompactNumber } from '../ui/format';
import { Link } from '../ui/link';
import { hrefOf } from '../ui/router';
import { NEW_STREAM, type Stream, windowText } from './stream';
import { StreamState } from './stream-state';

interface Props {
  readonly streams: readonly Stream[];
  /** Id from the address if no such stream exists. */
  readonly missing: string | undefined;
  readonly error: RequestError | undefined;
  readonly onRetry: () => void;
}

export function StreamList({ streams, missing, error, onRetry }: Props) {
  return (
    <>
      <header class="page-head with-action">
        <div>
          <h1>Streams</h1>
          <p class="muted">Continuous queries that update as events are recorded.</p>
        </div>
        <Link class="button primary" href={hrefOf('streams', NEW_STREAM)}>
          Define a stream
        </Link>
      </header>
      <ErrorNote error={error} onRetry={onRetry} />
      {missing !== undefined && <p class="note">Stream “{missing}” not found.</p>}
      {streams.length === 0 ? (
        <Empty title="No stream is defined">
          <p>A stream counts, sums or ranks events in time windows, live.</p>
        </Empty>
      ) : (
        <section class="card table-scroll" role="region" aria-label="Streams" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Stream</th>
                <th scope="col">Window</th>
                <th scope="col">Figures</th>
                <th scope="col" class="figure">
                  Stored windows
                </th>
                <th scope="col" class="figure">
                  Late events
                </th>
                <th scope="col">State</th>
              </tr>
            </thead>
            <tbody>
              {streams.map((stream) => (
                <tr key={stream.id}>
                  <th scope="row">
                    <Link href={hrefOf('streams', stream.id)}>{stream.id}</Link>
                    {stream.description !== null && <p class="muted small">{stream.description}</p>}
                  </th>
                  <td>{windowText(stream.window)}</td>
                  <td>{stream.aggregates.map(({ name }) => name).join(', ')}</td>
                  <td class="figure">{formatCompactNumber(stream.windowCount)}</td>
                  <td class="figure">{formatCompactNumber(stream.lateCount)}</td>
                  <td>
                    <StreamState {...stream} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  );
}
