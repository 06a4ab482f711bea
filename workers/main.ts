/** Starts a worker process: one consumer a queue, the learner in a thread of its own. */
import { readConfig } from '../src/config';
import { connectPlatform } from '../src/platform/connect';
import { runProcess } from '../src/platform/run-process';
import { onShutdown } from '../src/platform/shutdown';
import { consumeIngest } from './ingest';
import { consumeMaintenance } from './maintenance';
import { consumeRefresh } from './refresh';
import { keepThread } from './thread';

void runProcess(async () => {
  const platform = connectPlatform(readConfig(), 'worker');
  const { outbox } = consumeIngest(platform);
  await consumeMaintenance(platform, outbox);
  const refresh = consumeRefresh(platform);
  const learner = keepThread('learner', platform.log);
  onShutdown(platform.log, async () => {
    await refresh.stop();
    await platform.queues.close();
    await learner.stop();
    await outbox.mark();
    await platform.close();
  });
  platform.log.info('worker started');
});
