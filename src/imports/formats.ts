import type { LineReader } from './import-file.service';
import { JsonlEvents } from './jsonl-events';
import { JsonlProducts } from './jsonl-products';
import { OnlineRetailReader } from './online-retail';

export const KINDS = ['products', 'events', 'orders'] as const;
export type Kind = (typeof KINDS)[number];

export const FORMATS = ['jsonl', 'online-retail'] as const;
export type Format = (typeof FORMATS)[number];

/** @throws Error for a kind that the format does not have */
export function lineReader(kind: Kind, format: Format): LineReader {
  if (format === 'online-retail' && kind !== 'products') return new OnlineRetailReader();
  if (format === 'jsonl' && kind === 'events') return new JsonlEvents();
  if (format === 'jsonl' && kind === 'products') return new JsonlProducts();
  throw new Error(`${kind} can't be imported as ${format}`);
}
