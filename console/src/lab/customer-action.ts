import type { VariablesOf } from '@freshet/client';
import type { Record } from './lab-documents';

type EventInput = VariablesOf<typeof Record>['event'];

/** Events that the lab can record for a customer. */
export const CUSTOMER_ACTIONS = [
  { type: 'VIEW', title: 'View' },
  { type: 'ADD_TO_CART', title: 'Cart' },
  { type: 'PURCHASE', title: 'Buy' },
] as const;
export type CustomerAction = (typeof CUSTOMER_ACTIONS)[number]['type'];

export interface ActionProduct {
  readonly id: string;
  readonly title: string;
  readonly price: { readonly amount: string; readonly currency: string } | null;
}

/** Placement of the lab's events: they are real events, and reports can separate them by it. */
export const LAB_PLACEMENT = 'console-lab';

export function labEventOf(customerId: string, type: CustomerAction, { id, price }: ActionProduct): EventInput {
  const sold = type === 'PURCHASE' && price !== null;
  return {
    type,
    customerId,
    productId: id,
    placement: LAB_PLACEMENT,
    ...(sold ? { unitPrice: { amount: price.amount, currency: price.currency } } : {}),
  };
}
