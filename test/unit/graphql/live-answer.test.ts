import pino from 'pino';
import { type Changes, openLiveAnswer } from '../../../src/graphql/live-answer';
import { until } from '../../setup/until';

const log = pino({ level: 'silent' });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** An answer whose looks end when they are told to. */
function answerAtWill() {
  const looks: { resolve: (answer: string) => void; reject: (error: Error) => void }[] = [];
  const look = () => new Promise<string>((resolve, reject) => looks.push({ resolve, reject }));
  let changes = {} as Changes;
  let watched = 0;
  const opened = openLiveAnswer({
    name: 'answer',
    first: look,
    again: look,
    shownOf: (answer) => answer,
    watch: (given) => {
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
  it('looks again after a change that came while the first answer was made, and tells the older one first', async () => {
    const { opened, looks, changed } = answerAtWill();
    changed();
    expect(looks).toHaveLength(1);
    looks[0].resolve('before');
    const answers = await opened;
    expect(await answers.next()).toEqual({ done: false, value: 'before' });
    looks[1].resolve('after');
    expect(await answers.next()).toEqual({ done: false, value: 'after' });
  });

  it('tells an empty answer, and none that is shown as the one before', async () => {
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

  it('makes one at a time, and one for all changes meanwhile', async () => {
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

  it('waits with what may wait, and takes the earliest of what is due', async () => {
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

  it('outlives a failure, but not of the first answer', async () => {
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

  it('is made again after a failure, though nothing changes any more', async () => {
    const { opened, looks, changed } = answerAtWill();
    looks[0].resolve('a');
    const answers = await opened;
    await answers.next();
    changed();
    looks[1].reject(new Error('timeout exceeded when trying to connect'));
    await until(
      () => looks.length,
      (many) => many === 3,
      2_000,
    );
    looks[2].resolve('b');
    expect((await answers.next()).value).toBe('b');
    await answers.return?.();
  });

  it('ends: nothing is watched, and nothing is looked at any more', async () => {
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
