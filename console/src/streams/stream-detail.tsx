import { useEffect, useState } from 'preact/hooks';
import { Confirm } from '../ui/confirm';
import { Empty } from '../ui/empty';
import { ErrorNote } from '../ui/error-note';
import { ItemErrors } from '../ui/item-errors';
import { Link } from '../ui/link';
import { go, hrefOf } from '../ui/router';
import { useWrite } from '../ui/use-write';
import { useWindows } from '../windows/use-windows';
import { WindowTable } from '../windows/window-table';
import { WindowsView } from '../windows/windows-view';
import { DeleteStream } from './stream-documents';
import { type Stream, windowText } from './stream';
import { StreamState } from './stream-state';

const POLL_INTERVAL_MS = 2_000;

/** Shows a stream's live windows: one key and aggregate as a chart, all of them as a table. */
export function StreamDetail({ stream, onChange }: { readonly stream: Stream; readonly onChange: () => void }) {
  const { id } = stream;
  const { windows, error } = useWindows(id);
  const removing = useWrite(DeleteStream);
  const [isAsked, ask] = useState(false);

  useEffect(() => {
    if (stream.state !== 'FILLING') return;
    const timer = setInterval(onChange, POLL_INTERVAL_MS);
    return () => clearInterval(timer);
  }, [stream.state]);

  const remove = async () => {
    ask(false);
    if ((await removing.run({ id })) === undefined) return;
    onChange();
    go(hrefOf('streams'));
  };

  return (
    <>
      <header class="page-head with-action">
        <div>
          <p class="small">
            <Link href={hrefOf('streams')}>Streams</Link>
          </p>
          <h1>{id}</h1>
          <p class="muted">
            {stream.description ?? 'No description'} · {windowText(stream.window)} · lateness {stream.lateness} ·{' '}
            <StreamState {...stream} />
          </p>
        </div>
        <div class="actions">
          <Link class="button" href={hrefOf('streams', id, 'edit')}>
            Edit
          </Link>
          <button class="button danger" onClick={() => ask(true)}>
            Delete
          </button>
        </div>
      </header>
      <ErrorNote error={error ?? removing.error} />
      <ItemErrors errors={removing.faults} />
      {stream.lateCount > 0 && (
        <p class="note">
          {stream.lateCount} events arrived later than {stream.lateness} and were not counted.
        </p>
      )}
      <section class="card">
        <WindowsView label={id} windows={windows} stream={stream} height={220} />
      </section>
      <section class="card" aria-label="Newest windows">
        <h2>Newest windows</h2>
        {windows.size === 0 ? (
          <Empty title="No window yet">
            <p>A window appears with the first matching event.</p>
          </Empty>
        ) : (
          <WindowTable
            label={`Windows of ${id}`}
            windows={windows}
            aggregates={stream.aggregates}
            hasKeys={stream.keys.length > 0}
          />
        )}
      </section>
      {isAsked && (
        <Confirm
          title={`Delete the stream “${id}”?`}
          action="Delete"
          isDangerous
          onConfirm={() => void remove()}
          onCancel={() => ask(false)}
        >
          <p>Its windows are deleted too. The events stay in the log.</p>
        </Confirm>
      )}
    </>
  );
}
