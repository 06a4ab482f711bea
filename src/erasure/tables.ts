import { personalRows } from '../rooms/personal-rows.store';
import type { Tables } from '../rooms/tables';

export const tables: Tables = {
  erasures: {
    erase: 'afterwards',
    export: personalRows({
      sql: 'SELECT id, requested_at, due_at FROM erasures WHERE subjects && $1::text[]',
      values: ({ subjects }) => [subjects],
      id: ['id'],
      time: 'requested_at',
    }),
    growth: 'not grown',
  },
};
