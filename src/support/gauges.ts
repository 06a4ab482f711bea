import type { ShopGaugeGroup } from '../monitoring/shop-gauges';
import { measureWaitingConversations } from './conversation.store';

export const gauges = (): readonly ShopGaugeGroup[] => [
  {
    gauges: {
      conversations_waiting: { help: 'Conversations that wait for a person' },
      conversations_waiting_seconds: { help: 'How long the longest of them has waited' },
    },
    async measure(set, { pool }) {
      const { count, longestMs } = await measureWaitingConversations(pool);
      set('conversations_waiting', count);
      set('conversations_waiting_seconds', longestMs / 1_000);
    },
  },
];
