import { ProgressLines } from '../../../src/platform/progress-lines';

describe('progress of a long start', () => {
  let lines: string[];
  let progress: ProgressLines;

  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
    progress = new ProgressLines((line) => lines.push(line));
  });

  afterEach(() => jest.useRealTimers());

  it('repeats what is under way every four seconds, with its time', () => {
    progress.say('Starting PostgreSQL');
    jest.advanceTimersByTime(3_999);
    expect(lines).toEqual(['Starting PostgreSQL']);
    jest.advanceTimersByTime(4_001);
    expect(lines).toEqual(['Starting PostgreSQL', 'Starting PostgreSQL … (4 s)', 'Starting PostgreSQL … (8 s)']);
  });

  it('has a line every four seconds even if each step is shorter', () => {
    for (let done = 1; done <= 10; done++) {
      progress.doing(`Filling the demo shop: ${done} of 10`);
      jest.advanceTimersByTime(1_000);
    }
    expect(lines).toEqual(['Filling the demo shop: 4 of 10 … (1 s)', 'Filling the demo shop: 8 of 10 … (1 s)']);
  });

  it('a line postpones the next one', () => {
    progress.doing('Waiting for the API process');
    jest.advanceTimersByTime(3_000);
    progress.say('Migrating …');
    jest.advanceTimersByTime(3_000);
    expect(lines).toEqual(['Migrating …']);
    jest.advanceTimersByTime(1_000);
    expect(lines).toEqual(['Migrating …', 'Migrating … (4 s)']);
  });

  it('prints at once what has been due since the last line', () => {
    progress.say('Ready');
    progress.rest();
    jest.advanceTimersByTime(60_000);
    expect(lines).toEqual(['Ready']);
    progress.doing('Fitting the first models');
    jest.advanceTimersByTime(0);
    expect(lines).toEqual(['Ready', 'Fitting the first models … (0 s)']);
  });
});
