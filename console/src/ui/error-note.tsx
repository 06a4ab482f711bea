import type { RequestError } from '@freshet/client';

interface Props {
  readonly error: RequestError | undefined;
  readonly title?: string;
  readonly onRetry?: () => void;
}

/** Shows an error with its code, which docs/errors.md explains. */
export function ErrorNote({ error, title = 'The request failed', onRetry }: Props) {
  if (error === undefined) return null;
  return (
    <div class="note bad" role="alert">
      <p>
        <strong>{title}</strong> <code>{error.code}</code>
      </p>
      <p>{error.message}</p>
      {onRetry && (
        <button class="button" type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
