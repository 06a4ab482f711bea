import type { Steps } from './steps';

/** At most so long (ms), and a step, then whoever else waits for the event loop has a turn. */
export const TURN_MS = 4;

/** Pieces of work that may wait: some seconds of usual ones. */
export const MAX_WAITING = 500;

/** Work comes faster than it is done. */
export class TooManyWaiting extends Error {
  constructor() {
    super(`${MAX_WAITING} pieces of work wait already`);
    this.name = 'TooManyWaiting';
  }
}

/** Does work in turns of {@link TURN_MS}, one piece after the other, in the order in which it is given. */
export class TurnTaking {
  private busy = false;
  private readonly waiting: (() => void)[] = [];

  /** @param between called whenever a piece of work has ended, before the next one begins */
  constructor(private readonly between: () => void) {}

  /** Whether a piece of work is under way. */
  get isBusy(): boolean {
    return this.busy;
  }

  /** What is soon done is done at once, where nothing else is under way. @throws TooManyWaiting, what the work throws */
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
