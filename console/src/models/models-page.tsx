import { ErrorNote } from '../ui/error-note';
import { Loading } from '../ui/loading';
import { useLive } from '../ui/use-live';
import { useQuery } from '../ui/use-query';
import { ModelCard } from './model-card';
import { ModelChanged, Models } from './model-documents';

/** What is learned in versions: which answers, how good each was, and what became of it. */
export function ModelsPage() {
  const { data, error, reload } = useQuery(Models, {});
  useLive(ModelChanged, {}, reload);
  return (
    <>
      <header class="page-head">
        <h1>Models</h1>
        <p class="muted">A version is promoted only if the gate finds it no worse than the active one.</p>
      </header>
      <ErrorNote error={error} onRetry={reload} />
      {data === undefined && error === undefined && <Loading lines={8} />}
      {data?.models.map((model) => (
        <ModelCard key={model.kind} model={model} onChange={reload} />
      ))}
    </>
  );
}
