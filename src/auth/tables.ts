import { eraseTogether, OF_THE_SHOP, type Tables } from '../rooms/tables';
import { eraseOrderTokens } from './order-token.store';

export const tables: Tables = {
  order_token_generations: {
    erase: eraseTogether(eraseOrderTokens),
    export: 'none: how often the shop has revoked tokens of an order',
    growth: 'not grown',
  },
  api_keys: OF_THE_SHOP,
};
