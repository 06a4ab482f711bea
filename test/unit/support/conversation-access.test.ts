import type { Viewer } from '../../../src/graphql/context';
import { mayOpen, ownerAsViewer } from '../../../src/support/conversation-access';

const storefront = (ids: Partial<Viewer>): Viewer => ({ scope: 'STOREFRONT', keyId: 'k', ...ids });
const NOBODY = { customerId: null, sessionId: null, orderId: null, guestId: null, sessionCustomerId: null };

describe('access to conversations', () => {
  it('is for the customer, else the guest with the token, else the session', () => {
    const viewers = [
      storefront({ customerId: 'ann', sessionId: 's2' }),
      storefront({ customerId: 'ben', sessionId: 's1' }),
      storefront({ sessionId: 's1' }),
      storefront({ orderId: 'o1', guestId: 'g1' }),
      storefront({ orderId: 'o1', guestId: 'g2' }),
      storefront({ orderId: 'o1' }),
      storefront({}),
    ];
    const opens = (owner: Partial<Parameters<typeof mayOpen>[0]>) =>
      viewers.flatMap((viewer, at) => (mayOpen({ ...NOBODY, ...owner }, viewer) ? [at] : []));
    expect(opens({ customerId: 'ann', sessionId: 's1', orderId: 'o1', guestId: 'g1' })).toEqual([0]);
    expect(opens({ sessionId: 's1', orderId: 'o1', guestId: 'g1' })).toEqual([3]);
    expect(opens({ orderId: 'o1' })).toEqual([]);
    expect(opens({ sessionId: 's1' })).toEqual([2]);
    expect(opens({ sessionId: 's1', sessionCustomerId: 'ann' })).toEqual([2]);
    expect(opens({ sessionId: 's1', sessionCustomerId: 'ben' })).toEqual([1, 2]);
    expect(opens(NOBODY)).toEqual([]);
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
