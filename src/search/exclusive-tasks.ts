import type { Turns } from '../graphql/limits/turns';
import { FairQueue, type SharePath } from '../platform/fair-queue';
import {
  clientOf,
  Hold,
  MAX_STEP_MS,
  SchedulerOverloaded,
  waitingLimit,
  withoutWork,
} from '../platform/fair-scheduler';
import type { CooperativeTask } from '../search-engine/scheduling/cooperative-task';

/** Maximum number of tasks of one address that wait; of a visit whose address is unknown. */
export const MAX_WAITING_OF_CLIENT = 50;
/** Maximum number of tasks of a key of the shop that wait. */
export const MAX_WAITING_TASKS = 500;

/** The turns of the request that a task is for. */
export type TaskTurns = Pick<Turns, 'path' | 'next' | 'mayContinue'>;

/** The path of tasks that are not for a request. */
const INTERNAL: SharePath = ['shop'];

/**
 * Runs tasks one after the other, because nothing that a task reads may change until it ends. A task takes a turn of its
 * client for each {@link MAX_STEP_MS}, and the next task is that of the client that has used least.
 */
export class ExclusiveTasks {
  /** Belongs to the running task; undefined if none runs. */
  private hold: (Hold & { readonly client: SharePath }) | undefined;
  private readonly waiting = new FairQueue<() => void>({ max: MAX_STEP_MS, fromLevel: 1 });

  /** @param onTaskEnd called after each task, before the next one starts */
  constructor(private readonly onTaskEnd: () => void) {}

  get isBusy(): boolean {
    return this.hold !== undefined;
  }

  /**
   * Runs a task. If no other task is running, a short task completes synchronously, or in the client's running step.
   * @throws SchedulerOverloaded if too many tasks wait, and the errors of the task and of the turns
   */
  async run<T>(work: () => CooperativeTask<T>, turns?: TaskTurns): Promise<T> {
    const path = withoutWork(turns?.path ?? INTERNAL);
    const client = withoutWork(clientOf(turns?.path ?? INTERNAL));
    const limit = waitingLimit(path, MAX_WAITING_OF_CLIENT, MAX_WAITING_TASKS);
    if (this.waiting.waitingAt(client) >= limit) throw new SchedulerOverloaded();
    if (this.hold === undefined) this.waiting.recordImmediate(path, () => undefined);
    else {
      if (!isSame(client, this.hold.client)) this.hold.makeUrgent();
      await new Promise<void>((resolve) => this.waiting.push(path, resolve));
    }
    const hold = (this.hold = Object.assign(new Hold(), { client }));
    if (this.waiting.size > this.waiting.waitingAt(client)) hold.makeUrgent();
    let usedMs = 0;
    try {
      while (turns?.mayContinue === false) await turns.next(hold);
      const steps = work();
      let beganAt = performance.now();
      for (;;) {
        const step = steps.next();
        const ms = performance.now() - beganAt;
        if (step.done !== true && (turns?.mayContinue ?? ms < MAX_STEP_MS)) continue;
        usedMs += ms;
        if (step.done === true) return step.value;
        await (turns === undefined ? nextImmediate() : turns.next(hold));
        beganAt = performance.now();
      }
    } finally {
      this.waiting.charge(path, usedMs);
      this.finishTask();
    }
  }

  private finishTask(): void {
    try {
      this.onTaskEnd();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.hold = undefined;
      else setImmediate(next);
    }
  }
}

const isSame = (a: SharePath, b: SharePath) => a.length === b.length && a.every((name, at) => name === b[at]);
const nextImmediate = () => new Promise<void>((resolve) => setImmediate(resolve));
