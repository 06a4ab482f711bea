import type { RequestError } from '@freshet/client';

const SAID: Readonly<Record<string, string>> = {
  NETWORK: 'The shop can’t be reached just now. It is tried again by itself.',
  RATE_LIMITED: 'That was a lot at a time. It goes on in a moment.',
  OVERLOADED: 'The shop has a lot to do. It goes on in a moment.',
  UNAVAILABLE: 'The shop can’t do that just now. It is tried again by itself.',
};

/** What went wrong, in words. */
export function Fault({ error }: { readonly error: RequestError }) {
  return (
    <p class="fault" role="alert">
      {SAID[error.code] ?? error.message}
    </p>
  );
}
