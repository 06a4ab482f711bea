import { type HeldPerson, personalRows } from '../rooms/personal-rows.store';
import { eraseTogether, OF_THE_SHOP, perItem, type Tables } from '../rooms/tables';
import { eraseConversations } from './conversation.store';

/** The conversations of the customers `$1`, of the subjects `$2` without a customer, and of the orders `$3` of guests. */
const CONVERSATIONS = `SELECT * FROM conversations WHERE customer_id = ANY($1::text[])
  OR (customer_id IS NULL AND (('s:' || session_id) = ANY($2::text[]) OR order_id = ANY($3::text[])))`;
const ownersOf = ({ customerIds, subjects, orderIds }: HeldPerson) => [customerIds, subjects, orderIds];

export const tables: Tables = {
  conversations: {
    erase: eraseTogether(eraseConversations),
    export: personalRows({ sql: CONVERSATIONS, values: ownersOf, id: ['id'], time: 'started_at' }),
    growth: { bound: perItem(1, 'CONVERSATIONS'), retention: '`CONVERSATION_DAYS` after the last change' },
  },
  conversation_messages: {
    erase: 'with its conversation',
    export: personalRows({
      sql: `SELECT * FROM conversation_messages WHERE conversation_id IN (SELECT id FROM (${CONVERSATIONS}) held)`,
      values: ownersOf,
      id: ['conversation_id', 'ordinal'],
      time: 'sent_at',
    }),
    growth: { bound: perItem(2, 'CONVERSATIONS'), retention: 'with the conversation' },
  },
  order_requests: {
    erase: 'with its conversation',
    export: personalRows({
      sql: `SELECT * FROM order_requests WHERE conversation_id IN (SELECT id FROM (${CONVERSATIONS}) held)`,
      values: ownersOf,
      id: ['id'],
      time: 'requested_at',
    }),
    growth: { bound: 'one open request of a kind for each order of the visitor', retention: 'with the conversation' },
  },
  intent_examples: {
    erase: 'with its conversation',
    export: 'none: copies of messages, see conversation_messages',
    growth: 'not grown',
  },
  articles: OF_THE_SHOP,
};
