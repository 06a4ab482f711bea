import type { RequestError } from '@freshet/client';

const ERROR_TEXTS: Readonly<Record<string, string>> = {
  NETWORK: 'The shop is currently unreachable. Retrying automatically …',
  RATE_LIMITED: 'Too many requests. Please wait a moment.',
  OVERLOADED: 'The shop is busy. Please wait a moment.',
  UNAVAILABLE: 'This is currently unavailable. Please try again later.',
};

/** Shows an error as text, with a button to retry if there is something to. */
export function Fault({ error, onRetry }: { readonly error: RequestError; readonly onRetry?: () => void }) {
  return (
    <p class="fault" role="alert">
      {ERROR_TEXTS[error.code] ?? error.message}{' '}
      {onRetry && (
        <button type="button" class="quiet" onClick={onRetry}>
          Try again
        </button>
      )}
    </p>
  );
}
