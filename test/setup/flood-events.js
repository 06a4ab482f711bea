'use strict';

/** The events of a flood: the n-th is always the same, so that a number says which it was. */
const BATCH = 500;
const PRODUCTS = 40;
const CUSTOMERS = 200;
const TYPES = ['VIEW', 'VIEW', 'VIEW', 'ADD_TO_CART', 'REMOVE_FROM_CART', 'PURCHASE', 'PURCHASE', 'RETURN'];

/** A number that looks like chance, and is the same for the same seed. */
function scatter(seed) {
  let t = Math.imul(seed + 0x6d2b79f5, 0x9e3779b1);
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (t ^ (t >>> 14)) >>> 0;
}

/** @param firstEventAt ms since 1970; each is a millisecond after the one before */
function floodEvent(n, firstEventAt) {
  const chance = scatter(n);
  const who = chance % CUSTOMERS;
  const type = TYPES[(chance >>> 8) % TYPES.length];
  const ordered = type === 'PURCHASE' || type === 'RETURN';
  return {
    source: ordered ? 'ORDERS' : 'STOREFRONT',
    id: ordered ? `flood-order-${who}-${(chance >>> 11) % 12}:${n}` : `flood-${n}`,
    occurredAt: new Date(firstEventAt + n).toISOString(),
    type,
    customerId: `customer-${who}`,
    productId: `product-${String((chance >>> 16) % PRODUCTS).padStart(2, '0')}`,
    quantity: 1 + ((chance >>> 24) % 3),
  };
}

module.exports = { BATCH, floodEvent };
