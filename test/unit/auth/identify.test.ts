import { resolveIdentity } from '../../../src/auth/identity';
import type { Viewer } from '../../../src/graphql/context';

const storefront: Viewer = { scope: 'STOREFRONT', keyId: 'k', customerId: '17850', sessionId: 's1' };
const server: Viewer = { scope: 'SERVER', keyId: 'k' };
const code = (wanted: string): Error => expect.objectContaining({ code: wanted });

describe('the customer of a request', () => {
  it('comes from the token of a storefront key, and may be repeated', () => {
    expect(resolveIdentity(storefront, {})).toEqual({ customerId: '17850', sessionId: 's1' });
    expect(resolveIdentity(storefront, { customerId: '17850', sessionId: null })).toEqual({
      customerId: '17850',
      sessionId: 's1',
    });
    expect(resolveIdentity({ scope: 'STOREFRONT', keyId: 'k' }, {})).toEqual({});
  });

  it('can’t act as another customer with a storefront key', () => {
    expect(() => resolveIdentity(storefront, { customerId: '17851' })).toThrow(code('FORBIDDEN'));
    expect(() => resolveIdentity(storefront, { sessionId: 's2' })).toThrow(code('FORBIDDEN'));
    expect(() => resolveIdentity({ scope: 'STOREFRONT', keyId: 'k' }, { customerId: '17850' })).toThrow(
      code('FORBIDDEN'),
    );
    expect(() => resolveIdentity({ scope: 'STOREFRONT', keyId: 'k', sessionId: 's1' }, { customerId: 'c' })).toThrow(
      code('FORBIDDEN'),
    );
  });

  it('comes from the arguments with a server key', () => {
    expect(resolveIdentity(server, { customerId: 'c', sessionId: 'invoice:1' })).toEqual({
      customerId: 'c',
      sessionId: 'invoice:1',
    });
    expect(resolveIdentity({ ...server, customerId: 'token' }, {})).toEqual({});
  });

  it('has no customer without a key', () => {
    expect(() => resolveIdentity(null, {})).toThrow(code('UNAUTHENTICATED'));
  });
});
