import type { ResultOf } from '@freshet/client';
import type { TestWebhook } from './webhook-documents';

export type Test = ResultOf<typeof TestWebhook>['written'];

/** How a test went. */
export function TestOutcome({ test: { delivered, status, reason, milliseconds } }: { readonly test: Test }) {
  return (
    <p class={`note small ${delivered ? '' : 'bad'}`} role="status">
      {delivered ? (
        <>
          The test was taken: HTTP {status}, after {milliseconds} ms.
        </>
      ) : (
        <>
          <b>The test was not taken:</b> {reason}
        </>
      )}
    </p>
  );
}
