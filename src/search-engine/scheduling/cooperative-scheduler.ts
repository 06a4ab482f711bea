import type { CooperativeTask } from './cooperative-task';

/**
 * Length of a time slice in milliseconds. After the step that exceeds it, the scheduler yields to the event loop.
 */
export const MAX_TIME_SLICE_MS = 4;

/** Maximum number of waiting tasks. Typically, this number of tasks takes some seconds. */
export const MAX_WAITING_TASKS = 500;

/** The queue of the scheduler is full. */
export class SchedulerOverloaded extends Error {
  constructor() {
    super(`${MAX_WAITING_TASKS} tasks are already waiting.`);
    this.name = 'SchedulerOverloaded';
  }
}

/** Runs tasks one after the other, in order of submission, in time slices of {@link MAX_TIME_SLICE_MS}. */
export class CooperativeScheduler {
  private busy = false;
  private readonly waiting: (() => void)[] = [];

  /** @param onTaskEnd called after each task, before the next one starts */
  constructor(private readonly onTaskEnd: () => void) {}

  get isBusy(): boolean {
    return this.busy;
  }

  /**
   * Runs a task. If no other task is running, a short task completes synchronously.
   * @throws SchedulerOverloaded if the queue is full, and the errors of the task
   */
  async run<T>(work: () => CooperativeTask<T>): Promise<T> {
    if (this.waiting.length >= MAX_WAITING_TASKS) throw new SchedulerOverloaded();
    if (this.busy) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.busy = true;
    try {
      const steps = work();
      let until = performance.now() + MAX_TIME_SLICE_MS;
      for (;;) {
        const step = steps.next();
        if (step.done === true) return step.value;
        if (performance.now() < until) continue;
        await nextTimeSlice();
        until = performance.now() + MAX_TIME_SLICE_MS;
      }
    } finally {
      this.finishTask();
    }
  }

  private finishTask(): void {
    try {
      this.onTaskEnd();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.busy = false;
      else setImmediate(next);
    }
  }
}

const nextTimeSlice = () => new Promise<void>((resolve) => setImmediate(resolve));
