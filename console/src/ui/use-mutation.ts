import type { RequestError, TadaDocumentNode } from '@freshet/client';
import { useState } from 'preact/hooks';
import { useSession } from '../session/session';
import { toRequestError } from './request-error';

export interface Mutation<Result, Variables> {
  /** Runs the mutation. Resolves to its result, or to undefined if it failed; `error` holds the reason. */
  readonly run: (variables: Variables) => Promise<Result | undefined>;
  readonly error: RequestError | undefined;
  readonly isRunning: boolean;
}

export function useMutation<Result, Variables extends Record<string, unknown>>(
  document: TadaDocumentNode<Result, Variables>,
): Mutation<Result, Variables> {
  const { client } = useSession();
  const [error, setError] = useState<RequestError>();
  const [isRunning, setRunning] = useState(false);
  const run = async (variables: Variables) => {
    setRunning(true);
    setError(undefined);
    try {
      return await client.request(document, variables, { onPartialError: setError });
    } catch (failure) {
      setError(toRequestError(failure));
      return undefined;
    } finally {
      setRunning(false);
    }
  };
  return { run, error, isRunning };
}
