import { BacklogMonitor } from '../../../src/monitoring/backlog-monitor.service';
import type { Pool } from '../../../src/platform/postgres';
import { until } from '../../setup/until';

/** A database that answers a measurement when the test says so. */
class SlowDatabase {
  private readonly waiting: ((newest: number | Error) => void)[] = [];
  begun = 0;
  readonly pool = {
    query: () => {
      this.begun++;
      return new Promise((resolve, reject) =>
        this.waiting.push((answer) =>
          answer instanceof Error ? reject(answer) : resolve({ rows: [{ newest: answer }] }),
        ),
      );
    },
  } as unknown as Pool;

  answer(newest: number | Error): void {
    this.waiting.shift()?.(newest);
  }

  hasBegun = (count: number) =>
    until(
      () => this.begun,
      (begun) => begun === count,
    );
}

describe('BacklogMonitor', () => {
  it('answers each call with a measurement that begins after it, and callers that wait share one', async () => {
    const database = new SlowDatabase();
    const monitor = new BacklogMonitor(database.pool);
    const first = [monitor.measure(), monitor.measure()];
    await database.hasBegun(1);
    const second = [monitor.measure(), monitor.measure()];
    database.answer(1);
    expect((await Promise.all(first)).map((backlog) => backlog?.newest)).toEqual([1, 1]);
    await database.hasBegun(2);
    database.answer(2);
    expect((await Promise.all(second)).map((backlog) => backlog?.newest)).toEqual([2, 2]);
    expect(database.begun).toBe(2);
  });

  it('says that it does not know while the database does not answer, and asks it once', async () => {
    const database = new SlowDatabase();
    const monitor = new BacklogMonitor(database.pool);
    expect(await Promise.all([monitor.measure(), monitor.measure()])).toEqual([null, null]);
    expect(await monitor.measure()).toBeNull();
    expect(database.begun).toBe(1);
    database.answer(new Error('the connection was lost'));
    const later = monitor.measure();
    await database.hasBegun(2);
    database.answer(3);
    expect((await later)?.newest).toBe(3);
  });
});
