import { sweep } from '../src/events/maintenance';
import type { Outbox } from '../src/events/outbox';
import type { Platform } from '../src/platform/connect';
import { blendIsDue } from '../src/recommend/blend.service';

const SWEEP_MS = 1_000;
const REFRESH_MS = 15_000;

/** Repeats what a crash left undone, and asks for a refresh of what is due. */
export async function consumeMaintenance({ pool, queues }: Platform, outbox: Outbox): Promise<void> {
  queues.consume(
    'maintenance',
    async (job) => {
      if (job.name === 'sweep') await sweep(pool, queues, outbox);
      if (job.name === 'refresh' && (await blendIsDue(pool))) queues.enqueue('refresh', { model: 'blend' }, 'blend');
    },
    { concurrency: 2 },
  );
  await queues.schedule('maintenance', 'sweep', SWEEP_MS);
  await queues.schedule('maintenance', 'refresh', REFRESH_MS);
}
