import { validateEvent } from '../../../src/events/validate';

describe('the query of an event', () => {
  const stored = (fields: object) =>
    validateEvent({ type: 'SEARCH', customerId: 'a', query: 'lamp 4111111111111111', ...fields } as never, {
      sender: { scope: 'SERVER', keyId: 'k' } as never,
      now: 1_000,
      knowsProduct: () => true,
    });

  it('has no number of a card, and ids keep theirs', () => {
    expect(stored({})).toMatchObject({ query: `lamp ${'•'.repeat(16)}` });
    const ids = { customerId: '4111111111111111', productId: '4111111111111111' };
    expect(stored(ids)).toMatchObject(ids);
  });
});
