import type { RequestError } from '@freshet/client';

interface Props {
  readonly error: RequestError | undefined;
  readonly title?: string;
  readonly onRetry?: () => void;
}

/** What went wrong, with its code, which docs/errors.md explains. */
export function ErrorNote({ error, title = 'This did not work', onRetry }: Props) {
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
