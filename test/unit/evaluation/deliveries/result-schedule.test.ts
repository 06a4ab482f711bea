import { ResultSchedule } from '../../../../src/evaluation/deliveries/result-schedule';

const HOUR = 3_600_000;

describe('the schedule of results', () => {
  it('returns items after their hour, in order, also over a very long pause', () => {
    const schedule = new ResultSchedule<string>();
    schedule.add(2.5 * HOUR, 'b');
    schedule.add(0.5 * HOUR, 'a');
    schedule.add(1e13 * HOUR, 'c');
    expect(schedule.takeDue(0.9 * HOUR)).toEqual([]);
    expect(schedule.takeDue(3 * HOUR)).toEqual(['a', 'b']);
    schedule.add(0, 'late');
    expect(schedule.takeDue(2e13 * HOUR)).toEqual(['late', 'c']);
  });
});
