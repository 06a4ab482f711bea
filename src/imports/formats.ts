import type { LineReader } from './import-file';
import { JsonlEvents } from './jsonl-events';
import { JsonlProducts } from './jsonl-products';
import { CsvOrders } from './csv-orders';
import { CsvShipments } from './csv-shipments';
import { JsonlOrders } from './jsonl-orders';
import { JsonlShipments } from './jsonl-shipments';
import { OnlineRetailOrders } from './online-retail-orders';
import { OnlineRetailReader } from './online-retail';

export const IMPORT_KINDS = ['products', 'events', 'orders', 'shipments'] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** Formats of events and catalogues. */
export const SHOP_FORMATS = ['jsonl', 'online-retail'] as const;
export type ShopFormat = (typeof SHOP_FORMATS)[number];

/** All formats. CSV is for orders and shipments. */
export const FORMATS = ['jsonl', 'csv', 'online-retail'] as const;
export type Format = (typeof FORMATS)[number];

/** Creates a reader. @throws Error for a kind that the format does not support */
export function createLineReader(kind: ImportKind, format: Format): LineReader {
  if (format === 'online-retail' && kind === 'orders') return new OnlineRetailOrders();
  if (format === 'jsonl' && kind === 'orders') return new JsonlOrders();
  if (format === 'csv' && kind === 'orders') return new CsvOrders();
  if (format === 'jsonl' && kind === 'shipments') return new JsonlShipments();
  if (format === 'csv' && kind === 'shipments') return new CsvShipments();
  if (format === 'online-retail' && kind === 'events') return new OnlineRetailReader();
  if (format === 'jsonl' && kind === 'events') return new JsonlEvents();
  if (format === 'jsonl' && kind === 'products') return new JsonlProducts();
  throw new Error(`${kind} can't be imported with the format ${format}`);
}
