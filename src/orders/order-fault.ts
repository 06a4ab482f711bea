/** The error of an item of an order mutation. */
export interface OrderFault {
  readonly code: 'BAD_USER_INPUT' | 'NOT_FOUND' | 'CONFLICT' | 'STALE';
  readonly message: string;
  readonly path?: string;
}

export const badInput = (message: string, path: string): OrderFault => ({ code: 'BAD_USER_INPUT', message, path });
export const conflict = (message: string, path: string): OrderFault => ({ code: 'CONFLICT', message, path });

export function isFault(value: object): value is OrderFault {
  return 'code' in value;
}
