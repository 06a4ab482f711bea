import type { LogEffect } from '../../../../src/events/log-effect';
import { subjectOf } from '../../../../src/events/log-event';
import { addWish, WISHED } from './wish.store';

/** Counts the wishes of each batch, in the transaction that appends the batch. */
export const wishCounter: LogEffect = {
  name: 'wishes',
  stateSql: `''::text`,
  apply: async (client, { inserted }) => {
    for (const event of inserted) if (event.name === WISHED) await addWish(client, subjectOf(event)!, event.productId!);
    return undefined;
  },
  onEventsDeleted: async () => {},
};
