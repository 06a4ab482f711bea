import { personalRows, rowsOfPerson } from '../rooms/personal-rows.store';
import {
  eraseOneByOne,
  eraseTogether,
  impersonal,
  OF_THE_SHOP,
  PER_ACCEPTED,
  PER_LOGGED,
  WITH_THE_LOG,
  type Tables,
} from '../rooms/tables';
import {
  eraseFromLog,
  eraseFromMerges,
  eraseFromOutbox,
  REJECTED_EVENTS,
  WAITING_EVENTS,
} from './erase-subjects.store';
import { EVENTS_IN_RANGES, rangeColumns } from './identity-ranges.store';
import { erasePendingMerges } from './pending-merges.store';

const IS_MERGE_OF = 'from_subject = ANY($1::text[]) OR into_subject = ANY($1::text[])';

export const tables: Tables = {
  events: {
    erase: eraseOneByOne(async (client, person) => {
      const { events, orderLines, positions } = await eraseFromLog(client, person.subjects);
      person.events += events;
      person.orderLines += orderLines;
      person.positions.push(...positions);
    }),
    export: personalRows({
      sql: `SELECT * FROM events WHERE subject = ANY($4::text[])
            UNION ALL SELECT (e.stored).* FROM (SELECT event AS stored FROM events event
              JOIN (SELECT source, id, occurred_at FROM ${EVENTS_IN_RANGES}) e USING (source, id, occurred_at)) e`,
      values: ({ mergedRanges, subjects }) => [...rangeColumns(mergedRanges), subjects],
      id: ['source', 'id', 'occurred_at'],
      time: 'occurred_at',
    }),
    growth: { bound: PER_LOGGED, retention: WITH_THE_LOG },
  },
  merges: {
    erase: eraseOneByOne(
      async (client, person) => void person.positions.push(...(await eraseFromMerges(client, person.subjects))),
    ),
    export: rowsOfPerson('subjects', 'merges', IS_MERGE_OF, ['position'], 'merged_at'),
    growth: 'not grown',
  },
  pending_merges: {
    erase: eraseTogether(erasePendingMerges),
    export: rowsOfPerson('subjects', 'pending_merges', IS_MERGE_OF, ['id'], 'requested_at'),
    growth: 'not grown',
  },
  // After `events` and `merges`, because it is found by their positions.
  outbox: {
    erase: eraseTogether(eraseFromOutbox),
    export: 'none: copies of events, for an hour',
    growth: { bound: PER_LOGGED, retention: 'one hour' },
  },
  inbox: {
    erase: 'afterwards',
    export: personalRows({
      sql: WAITING_EVENTS,
      values: ({ subjects }) => [subjects],
      id: ['receipt', 'n'],
      time: 'received_at',
    }),
    growth: { bound: PER_ACCEPTED, retention: 'one hour after it is in the log' },
  },
  rejected_events: {
    erase: 'afterwards',
    export: personalRows({
      sql: REJECTED_EVENTS,
      values: ({ subjects }) => [subjects],
      id: ['id'],
      time: 'rejected_at',
    }),
    growth: { bound: PER_ACCEPTED, retention: '`REJECTED_EVENTS_DAYS`' },
  },
  tombstones: OF_THE_SHOP, // keyed hashes
  log_position: impersonal('one row', 'it is updated'),
  followers: impersonal('a row for each follower of the log', 'it is updated'),
  log_batches: impersonal(PER_LOGGED, 'as long as the log'),
  storefront_growth: impersonal('a row for each kind', '7 days'), // sums of a day
};
