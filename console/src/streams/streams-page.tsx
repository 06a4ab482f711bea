import type { PageProps } from '../pages';
import { ErrorNote } from '../ui/error-note';
import { Loading } from '../ui/loading';
import { go, hrefOf } from '../ui/router';
import { useQuery } from '../ui/use-query';
import { Streams } from './stream-documents';
import { NEW_STREAM } from './stream';
import { StreamDetail } from './stream-detail';
import { StreamForm } from './stream-form';
import { StreamList } from './stream-list';

/** Continuous queries: `/streams`, `/streams/<id>`, `/streams/<id>/edit`. */
export function StreamsPage({ rest: [id, action] }: PageProps) {
  const { data, error, reload } = useQuery(Streams, {});
  if (data === undefined) return error ? <ErrorNote error={error} onRetry={reload} /> : <Loading lines={6} />;
  const stream = data.streams.find((one) => one.id === id);
  const open = (saved: string) => {
    reload();
    go(hrefOf('streams', saved));
  };
  if (id === NEW_STREAM) return <StreamForm onSaved={open} onCancel={() => go(hrefOf('streams'))} />;
  if (stream !== undefined && action === 'edit')
    return <StreamForm key={id} stream={stream} onSaved={open} onCancel={() => go(hrefOf('streams', stream.id))} />;
  if (stream !== undefined) return <StreamDetail key={id} stream={stream} onChange={reload} />;
  return <StreamList streams={data.streams} missing={id} error={error} onRetry={reload} />;
}
