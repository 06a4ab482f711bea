import pino from 'pino';
import { type ReloadTriggers, openLiveQuery } from '../../../src/graphql/live-query';
import { until } from '../../setup/until';

const log = pino({ level: 'silent' });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** An answer whose reads end on command of the test. */
function answerAtWill(name = 'answer') {
  const looks: { resolve: (answer: string) => void; reject: (error: Error) => void }[] = [];
  const look = () => new Promise<string>((resolve, reject) => looks.push({ resolve, reject }));
  let changes = {} as ReloadTriggers;
  let watched = 0;
  const opened = openLiveQuery({
    name,
    loadFirst: look,
    reload: look,
    visibleStateOf: (answer) => answer,
    watchChanges: (given) => {
      changes = given;
      watched++;
      return [() => watched--];
    },
    log,
  });
  return {
    opened,
    looks,
    changed: (ms?: number) => (ms === undefined ? changes.now() : changes.within(ms)()),
    watched: () => watched,
  };
}

describe('a live answer', () => {
  it('reads again after a change during the first answer, and sends the older answer first', async () => {
    const { opened, looks, changed } = answerAtWill();
    changed();
    expect(looks).toHaveLength(1);
    looks[0].resolve('before');
    const answers = await opened;
    expect(await answers.next()).toEqual({ done: false, value: 'before' });
    looks[1].resolve('after');
    expect(await answers.next()).toEqual({ done: false, value: 'after' });
  });

  it('sends an empty answer, and none that is shown as the one before', async () => {
    const { opened, looks, changed } = answerAtWill();
    looks[0].resolve('');
    const answers = await opened;
    expect((await answers.next()).value).toBe('');
    changed();
    looks[1].resolve('');
    await pause(0);
    changed();
    looks[2].resolve('new');
    expect((await answers.next()).value).toBe('new');
  });

  it('computes one answer at a time, and one for all changes meanwhile', async () => {
    const { opened, looks, changed } = answerAtWill();
    looks[0].resolve('a');
    await opened;
    for (let i = 0; i < 5; i++) changed();
    expect(looks).toHaveLength(2);
    looks[1].resolve('b');
    await pause(0);
    expect(looks).toHaveLength(3);
    looks[2].resolve('c');
    await pause(0);
    expect(looks).toHaveLength(3);
  });

  it('delays changes that may wait, until the earliest deadline', async () => {
    const { opened, looks, changed } = answerAtWill();
    looks[0].resolve('a');
    await opened;
    changed(60_000);
    changed(20);
    changed(20);
    await pause(5);
    expect(looks).toHaveLength(1);
    await pause(60);
    expect(looks).toHaveLength(2);
    await (await opened).return?.();
  });

  it('survives a failure, but not of the first answer', async () => {
    const { opened, looks, changed } = answerAtWill();
    looks[0].resolve('a');
    const answers = await opened;
    await answers.next();
    changed();
    looks[1].reject(new Error('broken on purpose'));
    await pause(0);
    changed();
    looks[2].resolve('b');
    expect((await answers.next()).value).toBe('b');

    const other = answerAtWill();
    other.looks[0].reject(new Error('broken on purpose'));
    await expect(other.opened).rejects.toThrow('broken on purpose');
    expect(other.watched()).toBe(0);
  });

  it('is computed again after a failure, even without another change', async () => {
    const { opened, looks, changed } = answerAtWill();
    looks[0].resolve('a');
    const answers = await opened;
    await answers.next();
    changed();
    looks[1].reject(new Error('timeout exceeded when trying to connect'));
    await until(
      () => looks.length,
      (many) => many === 3,
    );
    looks[2].resolve('b');
    expect((await answers.next()).value).toBe('b');
    await answers.return?.();
  });

  describe('that fails again and again', () => {
    beforeEach(() => {
      jest.useFakeTimers();
      jest.spyOn(Math, 'random').mockReturnValue(0);
    });

    afterEach(() => {
      jest.useRealTimers();
      jest.restoreAllMocks();
    });

    it('is computed again after pauses that double up to 10 s, and after 1 s if it succeeded in between', async () => {
      const { opened, looks, changed } = answerAtWill('patient answer');
      looks[0].resolve('a');
      const answers = await opened;
      changed();
      const pauseAfterFailure = async () => {
        const many = looks.length;
        looks[many - 1].reject(new Error('broken on purpose'));
        let seconds = 0;
        for (; looks.length === many && seconds < 20; seconds++) await jest.advanceTimersByTimeAsync(1_000);
        return seconds;
      };
      for (const seconds of [1, 2, 4, 8, 10, 10]) expect(await pauseAfterFailure()).toBe(seconds);
      looks[looks.length - 1].resolve('b');
      await jest.advanceTimersByTimeAsync(0);
      changed();
      for (const seconds of [1, 2]) expect(await pauseAfterFailure()).toBe(seconds);
      await answers.return?.();
    });

    it('is logged once a second, for any number of subscribers', async () => {
      const warn = jest.spyOn(log, 'warn');
      const all = Array.from({ length: 50 }, () => answerAtWill('crowded answer'));
      all.push(answerAtWill('other answer'));
      for (const { looks } of all) looks[0].resolve('a');
      const opened = await Promise.all(all.map((one) => one.opened));
      const failAll = async () => {
        for (const { changed, looks } of all) {
          changed();
          looks[looks.length - 1].reject(new Error('broken on purpose'));
        }
        await jest.advanceTimersByTimeAsync(0);
      };
      await failAll();
      await failAll();
      expect(warn).toHaveBeenCalledTimes(2);
      await jest.advanceTimersByTimeAsync(1_000);
      await failAll();
      expect(warn).toHaveBeenCalledTimes(4);
      for (const answers of opened) await answers.return?.();
    });
  });

  it('ends: it watches nothing, and reads nothing any more', async () => {
    const { opened, looks, changed, watched } = answerAtWill();
    looks[0].resolve('a');
    const answers = await opened;
    expect(watched()).toBe(1);
    changed(1);
    await answers.return?.();
    changed();
    changed(1);
    await pause(20);
    expect(watched()).toBe(0);
    expect(looks).toHaveLength(1);
  });
});
