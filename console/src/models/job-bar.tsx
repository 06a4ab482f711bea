import { ErrorNote } from '../ui/error-note';
import { formatShare } from '../ui/format';
import { useLive } from '../ui/use-live';
import { JobProgress } from './model-documents';

/** Shows the progress and the outcome of a refresh. */
export function JobBar({ id, onEnd }: { readonly id: string; readonly onEnd: () => void }) {
  const { data, error } = useLive(JobProgress, { id }, ({ jobProgress: { state } }) => {
    if (state === 'DONE' || state === 'FAILED') onEnd();
  });
  if (error) return <ErrorNote error={error} />;
  if (data === undefined) return null;
  const { state, progress, stage, version, attempts, error: reason } = data.jobProgress;
  const outcome =
    version === null
      ? 'not enough data to learn from'
      : `version ${version.number} was ${version.verdict.toLowerCase()}`;
  return (
    <div class="job" role="status">
      <progress aria-label="Refresh" max={1} value={state === 'DONE' ? 1 : progress} />
      <p class="small">
        {state === 'DONE' && `Done: ${outcome}.`}
        {state === 'FAILED' && `Failed after ${attempts} attempts: ${reason}`}
        {(state === 'QUEUED' || state === 'RUNNING') && `${formatShare(progress)} · ${stage ?? 'waiting for a worker'}`}
      </p>
    </div>
  );
}
