import { logText } from '../../../src/platform/log-text';

const TIME = new Date(2026, 2, 1, 14, 2, 11).getTime();
const line = (fields: object) => `${JSON.stringify({ level: 40, time: TIME, pid: 7, hostname: 'host', ...fields })}\n`;

describe('a log line as text', () => {
  it('has the time, the level, the process and the message', () => {
    expect(logText(line({ name: 'worker', msg: 'webhook not delivered' }))).toBe(
      '14:02:11 WARN worker: webhook not delivered\n',
    );
    expect(logText(line({ level: 50, msg: 'failed' }))).toBe('14:02:11 ERROR: failed\n');
  });

  it('has the other properties behind the message', () => {
    const fields = { name: 'api', error: 'timeout', halves: ['a', 'b'], msg: 'a batch was split' };
    expect(logText(line(fields))).toBe('14:02:11 WARN api: a batch was split (error: timeout, halves: ["a","b"])\n');
  });

  it('has the stack of an error below it', () => {
    const err = { type: 'TypeError', message: 'x is undefined', stack: 'TypeError: x is undefined\n    at y.ts:1' };
    expect(logText(line({ err, msg: 'x is undefined' }))).toBe(
      '14:02:11 WARN: x is undefined\n  TypeError: x is undefined\n      at y.ts:1\n',
    );
  });

  it('has the other properties of an error, and its message if there is no stack', () => {
    const err = { type: 'Error', message: 'no space', stack: 'Error: no space', code: '53100' };
    expect(logText(line({ err, msg: 'failed' }))).toBe('14:02:11 WARN: failed (code: 53100)\n  Error: no space\n');
    expect(logText(line({ err: { message: 'no space' }, msg: 'failed' }))).toBe(
      '14:02:11 WARN: failed (message: no space)\n',
    );
  });

  it('is one line for any text of a visitor', () => {
    const text = 'a\n14:02:12 ERROR: b\u001b[2J\u2028c';
    expect(logText(line({ msg: text, error: text }))).toBe(
      `14:02:11 WARN: ${'a\\u000a14:02:12 ERROR: b\\u001b[2J\\u2028c'} (error: a\\u000a14:02:12 ERROR: b\\u001b[2J\\u2028c)\n`,
    );
    const err = { stack: `Error: ${text}` };
    expect(
      logText(line({ err, msg: 'failed' }))
        .split('\n')
        .slice(1, -1),
    ).toEqual(['  Error: a', '  14:02:12 ERROR: b\\u001b[2J\\u2028c']);
  });
});
