import { MessageLimits } from '../../../src/support/message-limits';

describe('limits of messages', () => {
  it('allow a burst, then as many as flow in, for each conversation and address', () => {
    let now = 0;
    const limits = new MessageLimits(() => now);
    const accepted = (conversation: string | undefined, address: string | null, count: number) => {
      let n = 0;
      for (let each = 0; each < count; each++)
        try {
          limits.charge(conversation, address);
          n++;
        } catch (error) {
          expect(error).toMatchObject({ code: 'RATE_LIMITED' });
        }
      return n;
    };
    expect(accepted('a', '192.0.2.1', 20)).toBe(10);
    expect(accepted('b', '192.0.2.1', 20)).toBe(10);
    now += 3_000;
    expect(accepted('a', '192.0.2.1', 20)).toBe(1);
    // The address has the allowance of five conversations.
    let ofAddress = 0;
    for (let n = 0; n < 10; n++) ofAddress += accepted(`c${n}`, '192.0.2.2', 20);
    expect(ofAddress).toBe(50);
    expect(accepted(undefined, '192.0.2.2', 1)).toBe(0);
    expect(accepted('d', null, 20)).toBe(10);
  });
});
