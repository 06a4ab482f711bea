import { rowsOfPerson } from '../../../../src/rooms/personal-rows.store';
import { eraseTogether, OF_THE_SHOP, PER_LOGGED, type Tables, WITH_THE_LOG } from '../../../../src/rooms/tables';
import { eraseWishes } from './wish.store';

export const tables: Tables = {
  wishes: {
    erase: eraseTogether(eraseWishes),
    export: rowsOfPerson('subjects', 'wishes', 'subject = ANY($1)', ['subject', 'product_id']),
    growth: { bound: PER_LOGGED, retention: WITH_THE_LOG },
  },
  wished_products: OF_THE_SHOP,
};
