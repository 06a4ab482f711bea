import type { TadaDocumentNode } from '@freshet/client';
import { useState } from 'preact/hooks';
import { type Faults, faultsOf, type ItemFault } from './item-fault';
import { type Mutation, useMutation } from './use-mutation';

/** Result of a document whose only mutation has the alias `written`. It is null if the mutation failed. */
interface WriteResult {
  readonly written: Faults | null;
}

export interface Write<Result extends WriteResult, Variables> extends Omit<Mutation<Result, Variables>, 'run'> {
  /** Runs the mutation. Resolves to its payload, or to undefined if it failed; see `error` and `faults`. */
  readonly run: (variables: Variables) => Promise<NonNullable<Result['written']> | undefined>;
  /** Errors of the input values. */
  readonly faults: readonly ItemFault[];
}

/** Returns a mutation with the errors of its input. */
export function useWrite<Result extends WriteResult, Variables extends Record<string, unknown>>(
  document: TadaDocumentNode<Result, Variables>,
): Write<Result, Variables> {
  const { run, error, isRunning } = useMutation(document);
  const [faults, setFaults] = useState<readonly ItemFault[]>([]);
  return {
    run: async (variables) => {
      const written = (await run(variables))?.written ?? undefined;
      const found = written === undefined ? [] : faultsOf(written);
      setFaults(found);
      return found.length === 0 ? written : undefined;
    },
    error,
    isRunning,
    faults,
  };
}
