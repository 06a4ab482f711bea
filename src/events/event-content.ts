import type { StoredEvent } from './stored-event';

interface StoredColumn {
  readonly column: string;
  readonly sqlType: 'text' | 'int' | 'numeric' | 'float8' | 'jsonb';
}

export type ContentField = Exclude<keyof StoredEvent, 'source' | 'id' | 'occurredAt'>;

/** The columns of the log that store an event's content: all fields but its identity (source, id, time). */
export const EVENT_CONTENT: Readonly<Record<ContentField, StoredColumn>> = {
  type: { column: 'type', sqlType: 'text' },
  customerId: { column: 'customer_id', sqlType: 'text' },
  sessionId: { column: 'session_id', sqlType: 'text' },
  productId: { column: 'product_id', sqlType: 'text' },
  quantity: { column: 'quantity', sqlType: 'int' },
  unitPrice: { column: 'unit_price', sqlType: 'numeric' },
  currency: { column: 'currency', sqlType: 'text' },
  rating: { column: 'rating', sqlType: 'float8' },
  query: { column: 'query', sqlType: 'text' },
  requestId: { column: 'request_id', sqlType: 'text' },
  listPosition: { column: 'list_position', sqlType: 'int' },
  placement: { column: 'placement', sqlType: 'text' },
  name: { column: 'name', sqlType: 'text' },
  properties: { column: 'properties', sqlType: 'jsonb' },
};

export const CONTENT_FIELDS = Object.keys(EVENT_CONTENT) as readonly ContentField[];
