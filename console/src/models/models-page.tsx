import { ErrorNote } from '../ui/error-note';
import { Loading } from '../ui/loading';
import { useLive } from '../ui/use-live';
import { useQuery } from '../ui/use-query';
import { ModelCard } from './model-card';
import { ModelChanged, Models } from './model-documents';

/** Lists models with their versions, the figures of each version, and its verdict. */
export function ModelsPage() {
  const { data, error, reload } = useQuery(Models, {});
  useLive(ModelChanged, {}, reload);
  return (
    <>
      <header class="page-head">
        <h1>Models</h1>
        <p class="muted">A new version is promoted only if the gate finds it no worse than the active version.</p>
      </header>
      <ErrorNote error={error} onRetry={reload} />
      {data === undefined && error === undefined && <Loading lines={8} />}
      {data?.models.map((model) => (
        <ModelCard key={model.kind} model={model} onChange={reload} />
      ))}
    </>
  );
}
