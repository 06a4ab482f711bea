import pino from 'pino';
import type { LogEvent } from '../../../../src/events/log-event';
import { runTask } from '../../../../src/learn/resumable-task';
import { LEARNER_LIMITS } from '../../../../src/live-state/learner/learner-limits';
import { initialProgress } from '../../../../src/live-state/learner/learner-progress';
import { StatePublisher, type LearnerTenure } from '../../../../src/live-state/learner/state-publisher.service';
import { ShopState } from '../../../../src/live-state/shop-state';
import { decodeStateMessage, actionFor, type StateMessage } from '../../../../src/live-state/replication/state-message';

const LIMITS = { ...LEARNER_LIMITS, headProducts: 3, nearestProducts: 2 };
const PRODUCTS = 12;

const view = (n: number): LogEvent => ({
  source: 'SUPPORT',
  id: `${n}`,
  type: 'VIEW',
  occurredAt: n,
  customerId: `${n % 17}`,
  productId: `p${(n * n + (n >> 3)) % PRODUCTS}`,
  quantity: 1,
});

function pairsOf({ products, interest }: ShopState): string[] {
  const pairs: string[] = [];
  for (let i = 0; i < products.size; i++)
    for (let j = 0; j < i; j++) if (interest.isCounted(i, j)) pairs.push(`${i} ${j}: ${interest.count(i, j)}`);
  return pairs;
}

it('a process that loads a checkpoint has the lists that changed after it without an event', async () => {
  let saved = new Uint8Array();
  let want: () => void = () => undefined;
  const messages: StateMessage[] = [];
  const pubSub = {
    listen: (_: string, wanted: () => void) => ((want = wanted), () => undefined),
    onReconnect: () => () => undefined,
    send: (_: string, bytes: Buffer) => void messages.push(decodeStateMessage(bytes)),
  };
  const artefacts = {
    save: ([shop]: { bytes: Uint8Array }[]) => Promise.resolve(void (saved = Uint8Array.from(shop.bytes))),
    prune: () => Promise.resolve(),
    retire: () => Promise.resolve(),
  };
  const lease = { token: 1, held: true };
  const options = { pubSub, artefacts, log: pino({ level: 'silent' }) };
  const announcer = new StatePublisher(options as unknown as ConstructorParameters<typeof StatePublisher>[0]);
  announcer.listen(() => undefined);
  const turn = { lease, ...initialProgress(LIMITS), position: 1 } as unknown as LearnerTenure;
  for (let n = 0; n < 200; n++) turn.state.apply(view(n));
  await announcer.checkpoint(turn);
  const before = pairsOf(turn.state.shop);
  runTask(turn.state.pairs.refreshListsInSteps());
  expect(pairsOf(turn.state.shop)).not.toEqual(before);
  turn.position = 2;
  await announcer.publish(turn, true);

  // The process missed those messages, and requests a checkpoint.
  messages.length = 0;
  want();
  turn.checkpointAt = -Infinity;
  await announcer.publish(turn, true);
  const late = ShopState.decode(saved);
  let position = turn.checkpointPosition;
  for (const message of messages) {
    if (message.kind !== 'delta' || actionFor(message, position, 1) !== 'apply') continue;
    late.applyDelta(message.delta);
    position = message.to;
  }
  expect(position).toBe(2);
  expect(pairsOf(late)).toEqual(pairsOf(turn.state.shop));
});

it('while events arrive, the next checkpoint waits for a multiple of the time that the last one took', async () => {
  let stored = 0;
  const artefacts = { save: () => Promise.resolve(void stored++), prune: () => Promise.resolve() };
  const pubSub = { send: () => undefined };
  const options = { pubSub, artefacts, log: pino({ level: 'silent' }) };
  const publisher = new StatePublisher(options as unknown as ConstructorParameters<typeof StatePublisher>[0]);
  const turn = { lease: { token: 1, held: true }, ...initialProgress(LIMITS), position: 1 } as unknown as LearnerTenure;
  const publishes = async (secondsAgo: number, isIdle: boolean) => {
    const before = stored;
    Object.assign(turn, { checkpointMs: 2_000, checkpointAt: performance.now() - secondsAgo * 1_000 });
    turn.position++;
    turn.eventsSinceCheckpoint = 1_000_000;
    await publisher.publish(turn, isIdle);
    return stored > before;
  };
  expect(await publishes(11, false)).toBe(false);
  expect(await publishes(13, false)).toBe(true);
  expect(await publishes(2, true)).toBe(false);
  expect(await publishes(4, true)).toBe(true);
});
