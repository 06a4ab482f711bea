import type { Identity } from '../../../src/auth/identity';
import { validateEvents } from '../../../src/events/validate';
import type { Scope } from '../../../src/graphql/scope';

const ISSUED: Record<string, string> = { mine: 's1', theirs: 's2' };

/** The request ids with which events are stored, and the ids that were verified. */
function stored(sent: readonly (string | null)[], scope: Scope = 'STOREFRONT') {
  const verified: string[] = [];
  const { events, accepted } = validateEvents(
    sent.map((requestId) => ({ type: 'CLICK', productId: 'mug', requestId, sessionId: 's1' })),
    {
      sender: { scope, sessionId: 's1' },
      now: 0,
      knowsProduct: () => true,
      isIssuedTo: (id: string, { sessionId }: Identity) => {
        verified.push(id);
        return ISSUED[id] === sessionId;
      },
    },
  );
  expect(accepted).toBe(sent.length);
  return { ids: events.map(({ requestId }) => requestId), verified };
}

it('stores events of a storefront without ids that were not issued to the visitor', () => {
  expect(stored(['mine', 'theirs', 'made up', null, 'mine']).ids).toEqual([
    'mine',
    undefined,
    undefined,
    undefined,
    'mine',
  ]);
});

it('verifies the id of successive events once', () => {
  const { ids, verified } = stored(['mine', 'mine', null, 'mine', 'theirs', 'theirs', 'mine']);
  expect(ids).toEqual(['mine', 'mine', undefined, 'mine', undefined, undefined, 'mine']);
  expect(verified).toEqual(['mine', 'theirs', 'mine']);
});

it.each<Scope>(['SERVER', 'ADMIN'])('stores the ids of a key of scope %s as they are sent', (scope) => {
  expect(stored(['theirs', 'made up'], scope)).toEqual({ ids: ['theirs', 'made up'], verified: [] });
});

it('stores no id of a storefront if nothing verifies it', () => {
  const { events } = validateEvents([{ type: 'CLICK', productId: 'mug', requestId: 'mine' }], {
    sender: { scope: 'STOREFRONT', sessionId: 's1' },
    now: 0,
    knowsProduct: () => true,
  });
  expect(events).toHaveLength(1);
  expect(events[0].requestId).toBeUndefined();
});

it('two events that differ only in an id that is not stored are one', () => {
  const click = { id: 'e1', type: 'CLICK', productId: 'mug', occurredAt: new Date(0) } as const;
  const { events, accepted, faults } = validateEvents([click, { ...click, requestId: 'made up' }], {
    sender: { scope: 'STOREFRONT', sessionId: 's1' },
    now: 0,
    knowsProduct: () => true,
    isIssuedTo: () => false,
  });
  expect({ stored: events.length, accepted, faults }).toEqual({ stored: 1, accepted: 2, faults: [] });
});
