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
    // All addresses of a /56 have the allowance of two, and those of a /48 that of four.
    let ofNetwork = 0;
    for (let n = 0; n < 200; n++) ofNetwork += accepted(undefined, `2001:db8:1:2${10 + (n % 90)}::1`, 5);
    expect(ofNetwork).toBe(100);
    for (let n = 0; n < 200; n++) ofNetwork += accepted(undefined, `2001:db8:1:${10 + (n % 90)}00::1`, 5);
    expect(ofNetwork).toBe(200);
    expect(accepted('d', null, 20)).toBe(10);
  });
});
