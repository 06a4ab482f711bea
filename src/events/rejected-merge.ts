import type { Merge } from './log-event';

/**
 * A merge that could not enter the log, or that the learner could not process, with the arguments of `mergeCustomer`.
 */
export interface RejectedMerge {
  readonly type: 'MERGE';
  readonly fromCustomerId?: string;
  readonly fromSessionId?: string;
  readonly intoCustomerId: string;
}

export function toRejectedMerge({ from, into }: Merge): RejectedMerge {
  const id = from.slice(2);
  return {
    type: 'MERGE',
    ...(from.startsWith('c:') ? { fromCustomerId: id } : { fromSessionId: id }),
    intoCustomerId: into.slice(2),
  };
}
