/** Starts a worker process: consumers of all queues, periodic tasks, and threads for the learner and EASE. */
import { readConfig } from '../src/config';
import { connectPlatform } from '../src/platform/connect';
import { Outbox } from '../src/events/outbox.service';
import { requireServices } from '../src/platform/required-services';
import { migrate } from '../src/platform/migrate';
import { WORKER_CONNECTIONS } from '../src/platform/pools';
import { BACKGROUND_TIMEOUT_MS } from '../src/platform/postgres';
import { requireReachable } from '../src/platform/reachable';
import { runProcess } from '../src/platform/run-process';
import { onShutdown } from '../src/platform/shutdown';
import { superviseThread } from '../src/platform/thread';
import { startDemoTraffic } from './demo-traffic';
import { startAlerts } from './alerts';
import { startAdBilling } from './ads';
import { startAttribution } from './attribution';
import { startAudiences } from './audiences';
import { startCustomerProfiles } from './customer-profiles';
import { startDeliveries } from './deliveries';
import { startEase } from './ease';
import { consumeIngest } from './ingest';
import { startMaintenance } from './maintenance';
import { startQueryLog } from './query-log';
import { consumeRefresh } from './refresh';
import { startSearchBase } from './search-base';
import { WebhookSender } from '../src/webhooks/webhook-sender.service';
import { EngineWatch } from '../src/platform/engine-watch';
import { programFile } from '../src/platform/program-file';

void runProcess(async () => {
  const config = readConfig();
  const { databaseUrl } = await requireReachable({ ...requireServices(config), namespace: config.namespace });
  await migrate(databaseUrl, config.namespace);
  const platform = connectPlatform(config, 'worker', BACKGROUND_TIMEOUT_MS, WORKER_CONNECTIONS);
  // Changes without events use connections other than those of ingest.
  const outbox = new Outbox(platform.pool, platform.pubSub, platform.log);
  const ingest = consumeIngest(platform, outbox);
  const maintenance = startMaintenance(platform, { ...ingest, outbox });
  const refresh = consumeRefresh(platform);
  const learner = superviseThread(programFile('learner-lease.thread'), platform.log, config);
  const ease = startEase(platform);
  const searchBase = startSearchBase(platform);
  const queryLog = startQueryLog(platform);
  const attribution = startAttribution(platform);
  const adBilling = startAdBilling(platform);
  const demoTraffic = startDemoTraffic(platform);
  const webhooks = new WebhookSender({ ...platform, networks: config.webhookNetworks });
  const alerts = startAlerts(platform, webhooks);
  const profiles = startCustomerProfiles(platform, outbox, webhooks);
  const audiences = startAudiences(platform);
  const deliveries = startDeliveries(platform, ingest.eventLog);
  const engines = new EngineWatch(databaseUrl, platform.redisUrl, config.namespace, platform.log);
  engines.start();
  const parts = [
    engines,
    maintenance,
    refresh,
    ease,
    searchBase,
    queryLog,
    attribution,
    adBilling,
    alerts,
    profiles,
    audiences,
    deliveries,
  ];
  onShutdown(platform.log, async () => {
    await demoTraffic.stop();
    await Promise.all(parts.map((part) => part.stop()));
    await webhooks.close();
    await platform.queues.close();
    await learner.stop();
    await Promise.all([ingest.eventLog.outbox, outbox].map((each) => each.markPublished()));
    await platform.close();
  });
  platform.log.info('worker started');
});
