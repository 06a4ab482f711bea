import type { FaultShop } from './fault-shop';
import type { Look } from './live-probe';
import { expectWithin } from '../../setup/measured';
import { within } from './load';

/** After a fault, lists must be live and learning must work again within this time. */
export const RECOVERY_MS = 5_000;
const PATIENCE_MS = 60_000;

/** Observes the effect of an event at each API process for a while. */
export async function lookFor(shop: FaultShop, ms: number): Promise<Look[]> {
  const looks: Look[] = [];
  const giveUpAt = Date.now() + ms;
  while (Date.now() < giveUpAt) {
    looks.push(...(await Promise.all(shop.living.map((probe) => probe.look()))));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return looks;
}

/**
 * Checks that lists change again, by the customer's own events and by learning from others, with the same processes and
 * subscriptions as before the fault.
 */
export async function expectRecovery(shop: FaultShop, fault: string): Promise<void> {
  const recoveries = shop.living.map((probe) => Promise.all([probe.livesAgain(), probe.learnsAgain()]));
  const recovered = await within(PATIENCE_MS, Promise.all(recoveries));
  expectWithin(`live lists again after ${fault}`, Math.max(...recovered.map(([lived]) => lived)), RECOVERY_MS);
  expectWithin(`learning again after ${fault}`, Math.max(...recovered.map(([, learned]) => learned)), RECOVERY_MS);
  const ended = [...shop.apis, ...shop.workers].map(({ child }) => child.exitCode ?? child.signalCode);
  expect(ended.filter((end) => end !== null)).toEqual([]);
  expect(shop.living.map((probe) => probe.reopened)).toEqual(shop.living.map(() => 0));
}
