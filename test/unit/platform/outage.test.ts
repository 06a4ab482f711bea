import {
  LockWaitError,
  isOutcomeUnknown,
  isTransactionFailure,
  isOutage,
  isUnavailable,
  isWaitTimeout,
} from '../../../src/platform/outage';

const coded = (code: string) => Object.assign(new Error('says its code'), { code });

describe('an outage of the database', () => {
  it.each(['08006', '25P03', '40P01', '53100', '53300', '55P03', '57P01', '57014', '58030'])(
    'is SQLSTATE %s',
    (code) => {
      expect(isOutage(coded(code))).toBe(true);
    },
  );

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'EAI_AGAIN', 'P1001', 'P2024'])('is %s', (code) => {
    expect(isOutage(coded(code))).toBe(true);
  });

  it('is an error of node-postgres without a code, and one with such a cause', () => {
    expect(isOutage(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isOutage(new Error('query failed', { cause: new Error('not done', { cause: coded('57P03') }) }))).toBe(true);
  });

  it.each(['23505', '22P02', '42P01', '25001', 'ERR_INVALID_ARG_TYPE', 'P2002'])('is not %s', (code) => {
    expect(isOutage(coded(code))).toBe(false);
  });

  it('is no other error, and no other thrown value', () => {
    for (const thrown of [new Error('a mistake'), undefined, null, 'ECONNRESET', {}])
      expect(isOutage(thrown)).toBe(false);
  });

  it.each([
    ['40P01', true],
    ['40001', true],
    ['25P03', true],
    ['57P01', false],
    ['53100', false],
  ])('%s concerns one transaction alone: %s', (code, alone) => {
    expect(isTransactionFailure(coded(code))).toBe(alone);
    expect(isTransactionFailure(new Error('query failed', { cause: coded(code) }))).toBe(alone);
  });

  it.each(['08006', '57P01', '57P02', 'ECONNRESET', 'EPIPE'])(
    '%s may have come after the statement took effect',
    (code) => {
      expect(isOutcomeUnknown(coded(code))).toBe(true);
      expect(isOutcomeUnknown(new Error('query failed', { cause: coded(code) }))).toBe(true);
    },
  );

  it('is that the database can not be reached, or only that others are in the way', () => {
    const unreachable = ['08006', '57P01', '57P03', 'ECONNREFUSED'].map(coded);
    for (const error of [...unreachable, new Error('Connection terminated unexpectedly')]) {
      expect(isUnavailable(new Error('query failed', { cause: error }))).toBe(true);
      expect(isWaitTimeout(error)).toBe(false);
    }
    // The same work may cause these each time.
    for (const error of [coded('57014'), coded('53200'), coded('ENOSPC'), new Error('Query read timeout'), null])
      expect(isUnavailable(error)).toBe(false);
    expect(isWaitTimeout(new Error('query failed', { cause: coded('55P03') }))).toBe(true);
    expect(isWaitTimeout(new LockWaitError('writers')) && isOutage(new LockWaitError('writers'))).toBe(true);
    expect(isUnavailable(coded('55P03'))).toBe(false);
  });

  it('leaves no doubt if the statement was refused, or never sent', () => {
    expect(isOutcomeUnknown(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isOutcomeUnknown(Object.assign(coded('53100'), { severity: 'PANIC' }))).toBe(true);
    const refused = ['53100', '57P03', '57014', '40P01', 'ECONNREFUSED', '23505'].map(coded);
    for (const error of [...refused, new Error('timeout exceeded when trying to connect'), null])
      expect(isOutcomeUnknown(error)).toBe(false);
  });
});
