import { keepSubscribed, type RequestError, type TadaDocumentNode } from '@freshet/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useSession } from '../session/session';

export interface Live<Result> {
  readonly data: Result | undefined;
  /**
   * Error with which the subscription ended, or of a field that is null in `data`. It is cleared by the next result, for
   * example of an automatic retry.
   */
  readonly error: RequestError | undefined;
}

/** Subscribes while the component is mounted. Variables of null: no subscription. */
export function useLive<Result, Variables extends Record<string, unknown>>(
  document: TadaDocumentNode<Result, Variables>,
  variables: NoInfer<Variables> | null,
  onNext?: (result: Result) => void,
  /** Makes the result to show from the one before and an update. Default: the update. */
  merge: (before: Result, update: Result) => Result = (_before, update) => update,
): Live<Result> {
  const { client } = useSession();
  const [state, setState] = useState<Live<Result>>({ data: undefined, error: undefined });
  const listener = useRef(onNext);
  listener.current = onNext;
  const asked = variables === null ? null : JSON.stringify(variables);
  useEffect(() => {
    setState({ data: undefined, error: undefined });
    if (variables === null) return;
    return keepSubscribed<Result>((sink) => client.subscribe(document, variables, sink), {
      next: (data) => {
        listener.current?.(data);
        setState((before) => ({
          data: before.data === undefined ? data : merge(before.data, data),
          error: undefined,
        }));
      },
      error: (error) => setState((before) => ({ data: before.data, error })),
      partialError: (error) => setState((before) => ({ data: before.data, error })),
    });
  }, [client, document, asked]);
  return state;
}
