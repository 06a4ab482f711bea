/** Starts a worker process: one consumer a queue, the learner in a thread of its own. */
import { readConfig } from '../src/config';
import { connectPlatform } from '../src/platform/connect';
import { runProcess } from '../src/platform/run-process';
import { onShutdown } from '../src/platform/shutdown';
import { consumeIngest } from './ingest';
import { consumeMaintenance } from './maintenance';
import { consumeRefresh } from './refresh';
import { startThread } from './thread';

void runProcess(async () => {
  const platform = connectPlatform(readConfig(), 'worker');
  const { outbox } = consumeIngest(platform);
  await consumeMaintenance(platform, outbox);
  consumeRefresh(platform);
  const learner = startThread('learner', platform.log);
  onShutdown(platform.log, async () => {
    await platform.queues.close();
    await learner.stop();
    await outbox.mark();
    await platform.close();
  });
  platform.log.info('worker started');
});
