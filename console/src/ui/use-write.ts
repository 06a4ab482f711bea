import type { TadaDocumentNode } from '@freshet/client';
import { useState } from 'preact/hooks';
import type { ItemFault } from './item-fault';
import { type Mutation, useMutation } from './use-mutation';

/** Of a document whose one mutation is called so. */
interface Written {
  readonly written: { readonly errors: readonly ItemFault[] };
}

export interface Write<Result extends Written, Variables> extends Omit<Mutation<Result, Variables>, 'run'> {
  /** What was written; undefined where something is wrong with it, which `error` or `faults` then tell. */
  readonly run: (variables: Variables) => Promise<Result['written'] | undefined>;
  /** What the shop has against the values. */
  readonly faults: readonly ItemFault[];
}

/** A mutation that writes, with what is wrong with what it was given. */
export function useWrite<Result extends Written, Variables extends Record<string, unknown>>(
  document: TadaDocumentNode<Result, Variables>,
): Write<Result, Variables> {
  const { run, error, isRunning } = useMutation(document);
  const [faults, setFaults] = useState<readonly ItemFault[]>([]);
  return {
    run: async (variables) => {
      const written = (await run(variables))?.written;
      setFaults(written?.errors ?? []);
      return written?.errors.length === 0 ? written : undefined;
    },
    error,
    isRunning,
    faults,
  };
}
