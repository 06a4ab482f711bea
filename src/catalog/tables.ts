import { OF_THE_SHOP, type Tables } from '../rooms/tables';

export const tables: Tables = {
  products: OF_THE_SHOP,
  product_versions: OF_THE_SHOP,
};
