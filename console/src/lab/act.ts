import type { VariablesOf } from '@freshet/client';
import type { Record } from './lab-documents';

type EventInput = VariablesOf<typeof Record>['event'];

/** What can be done here in a customer's place. */
export const ACTS = [
  { type: 'VIEW', title: 'View' },
  { type: 'ADD_TO_CART', title: 'Cart' },
  { type: 'PURCHASE', title: 'Buy' },
] as const;
export type Act = (typeof ACTS)[number]['type'];

export interface ActedOn {
  readonly id: string;
  readonly title: string;
  readonly price: { readonly amount: string; readonly currency: string } | null;
}

/** Real events; reports tell them by their placement. */
export const LAB_PLACEMENT = 'console-lab';

export function eventOf(customerId: string, type: Act, { id, price }: ActedOn): EventInput {
  const sold = type === 'PURCHASE' && price !== null;
  return {
    type,
    customerId,
    productId: id,
    placement: LAB_PLACEMENT,
    ...(sold ? { unitPrice: { amount: price.amount, currency: price.currency } } : {}),
  };
}
