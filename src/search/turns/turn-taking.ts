import type { Steps } from './steps';

/** Length of a time slice in milliseconds. A slice ends after the step that exceeds it and yields to the event loop. */
export const TURN_MS = 4;

/** Tasks that may wait: some seconds of typical work. */
export const MAX_WAITING = 500;

/** The queue of the scheduler is full. */
export class TooManyWaiting extends Error {
  constructor() {
    super(`${MAX_WAITING} tasks are already waiting.`);
    this.name = 'TooManyWaiting';
  }
}

/** Runs tasks one after the other, in the order in which they are submitted, in time slices of {@link TURN_MS}. */
export class TurnTaking {
  private busy = false;
  private readonly waiting: (() => void)[] = [];

  /** @param between called after each task, before the next one starts */
  constructor(private readonly between: () => void) {}

  /** Whether a task is running. */
  get isBusy(): boolean {
    return this.busy;
  }

  /**
   * Runs a task. If no other task is running, a short task completes synchronously.
   * @throws TooManyWaiting if the queue is full, and the errors of the task
   */
  async take<T>(work: () => Steps<T>): Promise<T> {
    if (this.waiting.length >= MAX_WAITING) throw new TooManyWaiting();
    if (this.busy) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.busy = true;
    try {
      const steps = work();
      let until = performance.now() + TURN_MS;
      for (;;) {
        const step = steps.next();
        if (step.done === true) return step.value;
        if (performance.now() < until) continue;
        await nextTurn();
        until = performance.now() + TURN_MS;
      }
    } finally {
      this.end();
    }
  }

  private end(): void {
    try {
      this.between();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.busy = false;
      else setImmediate(next);
    }
  }
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
