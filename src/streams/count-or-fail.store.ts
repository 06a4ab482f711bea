import type { PoolClient } from '../platform/postgres';
import type { LiveStream } from './live-stream';
import type { PartialAggregates } from './partial-aggregates';
import { BudgetExceeded } from '../expressions/budget';
import { stopVersion } from './stream.store';

/** Counts events in a stream. An error marks the stream FAILED and does not block the log. @returns null on error */
export async function countOrFail(
  client: PoolClient,
  { stream, version, compiled }: LiveStream,
  addEvents: (into: PartialAggregates) => void,
): Promise<PartialAggregates | null> {
  const into = compiled.empty();
  try {
    addEvents(into);
    return into;
  } catch (error) {
    const reason =
      error instanceof BudgetExceeded
        ? 'its expressions are too expensive to evaluate for one event'
        : (error as Error).message;
    await stopVersion(client, stream, version, 'FAILED', reason);
    return null;
  }
}
