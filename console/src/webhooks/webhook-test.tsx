import type { ResultOf } from '@freshet/client';
import type { TestWebhook } from './webhook-documents';

export type Test = ResultOf<typeof TestWebhook>['written'];

/** Shows the outcome of a test delivery. */
export function TestOutcome({ test: { delivered, status, reason, milliseconds } }: { readonly test: Test }) {
  return (
    <p class={`note small ${delivered ? '' : 'bad'}`} role="status">
      {delivered ? (
        <>
          Test delivered: HTTP {status}, after {milliseconds} ms.
        </>
      ) : (
        <>
          <b>Test not delivered:</b> {reason}
        </>
      )}
    </p>
  );
}
