import type { RequestError, TadaDocumentNode } from '@freshet/client';
import { useEffect, useState } from 'preact/hooks';
import { useSession } from '../session/session';
import { shownError } from './request-error';

export interface Query<Result> {
  /** The newest answer; of the variables before until another has come. */
  readonly data: Result | undefined;
  readonly error: RequestError | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** Asks, and asks again when the variables have changed or a lost connection is back. null: asks nothing. */
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
  const [turn, setTurn] = useState(0);
  const asked = variables === null ? null : JSON.stringify(variables);
  useEffect(() => {
    if (variables === null) return setState({ data: undefined, error: undefined, isLoading: false });
    const aborter = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    client.request(document, variables, { signal: aborter.signal }).then(
      (data) => {
        if (!aborter.signal.aborted) setState({ data, error: undefined, isLoading: false });
      },
      (error: unknown) => {
        if (!aborter.signal.aborted)
          setState((before) => ({ data: before.data, error: shownError(error), isLoading: false }));
      },
    );
    return () => aborter.abort();
  }, [client, document, asked, turn, epoch]);
  return { ...state, reload: () => setTurn((before) => before + 1) };
}
