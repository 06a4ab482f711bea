import type { Viewer } from '../../../src/graphql/context';
import { mayOpen, ownerAsViewer } from '../../../src/support/conversation-access';

const storefront = (ids: Partial<Viewer>): Viewer => ({ scope: 'STOREFRONT', keyId: 'k', ...ids });
const NOBODY = { customerId: null, sessionId: null, orderId: null };

describe('access to conversations', () => {
  it('is for the customer, else the guest of the order, else the session', () => {
    const viewers = [
      storefront({ customerId: 'ann' }),
      storefront({ customerId: 'ben', sessionId: 's1' }),
      storefront({ sessionId: 's1' }),
      storefront({ orderId: 'o1' }),
      storefront({}),
    ];
    const open = (owner: Parameters<typeof mayOpen>[0]) => viewers.map((viewer) => mayOpen(owner, viewer));
    expect(open({ customerId: 'ann', sessionId: 's1', orderId: 'o1' })).toEqual([true, false, false, false, false]);
    expect(open({ customerId: null, sessionId: 's1', orderId: 'o1' })).toEqual([false, false, false, true, false]);
    expect(open({ customerId: null, sessionId: 's1', orderId: null })).toEqual([false, true, true, false, false]);
    expect(open(NOBODY)).toEqual([false, false, false, false, false]);
  });

  it('is for every key of the shop', () => {
    for (const scope of ['OPERATOR', 'SERVER', 'ADMIN'] as const)
      expect(mayOpen(NOBODY, { scope, keyId: 'k' })).toBe(true);
  });

  it('lets an answer see what the owner sees, and nothing more', () => {
    const owner = { customerId: 'ann', sessionId: 's1', orderId: null };
    expect(ownerAsViewer(owner)).toEqual({ scope: 'STOREFRONT', keyId: 'support', customerId: 'ann' });
    expect(ownerAsViewer({ ...owner, customerId: null })).toMatchObject({ sessionId: 's1' });
    expect(ownerAsViewer(NOBODY)).toEqual({ scope: 'STOREFRONT', keyId: 'support' });
  });
});
