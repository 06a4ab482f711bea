import type { RequestError, TadaDocumentNode } from '@freshet/client';
import { useEffect, useState } from 'preact/hooks';
import { useSession } from '../session/session';
import { toRequestError } from './request-error';

export interface Query<Result> {
  /** The latest result; the previous variables' result until the new one has loaded. */
  readonly data: Result | undefined;
  /** Error of the request, or of a field that is null in `data`. */
  readonly error: RequestError | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** Runs a query, and again when the variables change or a lost connection is restored. Variables of null: no query. */
export function useQuery<Result, Variables extends Record<string, unknown>>(
  document: TadaDocumentNode<Result, Variables>,
  variables: NoInfer<Variables> | null,
): Query<Result> {
  const { client, epoch } = useSession();
  const [state, setState] = useState<Omit<Query<Result>, 'reload'>>({
    data: undefined,
    error: undefined,
    isLoading: variables !== null,
  });
  const [reloads, setReloads] = useState(0);
  const asked = variables === null ? null : JSON.stringify(variables);
  useEffect(() => {
    if (variables === null) return setState({ data: undefined, error: undefined, isLoading: false });
    const aborter = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    const errors: RequestError[] = [];
    const options = { signal: aborter.signal, onPartialError: (error: RequestError) => void errors.push(error) };
    client.request(document, variables, options).then(
      (data) => {
        if (!aborter.signal.aborted) setState({ data, error: errors[0], isLoading: false });
      },
      (error: unknown) => {
        if (!aborter.signal.aborted)
          setState((before) => ({ data: before.data, error: toRequestError(error), isLoading: false }));
      },
    );
    return () => aborter.abort();
  }, [client, document, asked, reloads, epoch]);
  return { ...state, reload: () => setReloads((before) => before + 1) };
}
