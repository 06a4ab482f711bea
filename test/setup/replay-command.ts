import { type Ended, runCommandProcess } from './command';
import type { TestNamespace } from './shop';

export interface ReplayAnswer {
  readonly position: number;
  readonly newest: number;
  readonly events: number;
  readonly equal: boolean;
  readonly differing: number;
  readonly differences: readonly { part: string; key: string; checkpoint: number; replay: number }[];
}

/** Runs `freshet replay` on a shop, as operators run it. */
export function runReplay(shop: TestNamespace, args: readonly string[] = ['--json']): Promise<Ended> {
  return runCommandProcess(shop, ['replay', ...args]);
}

export async function replayed(shop: TestNamespace): Promise<ReplayAnswer> {
  const { output, errors } = await runReplay(shop);
  if (output === '') throw new Error(errors);
  return JSON.parse(output) as ReplayAnswer;
}
