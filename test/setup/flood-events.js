'use strict';

/** Generates the events of a flood: the n-th is always the same, so that its number identifies it. */
const BATCH = 500;
const PRODUCTS = 40;
const CUSTOMERS = 200;
const TYPES = ['VIEW', 'VIEW', 'VIEW', 'ADD_TO_CART', 'REMOVE_FROM_CART', 'PURCHASE', 'PURCHASE', 'RETURN'];

/** Returns a pseudo-random number, the same for the same seed. */
function scatter(seed) {
  let t = Math.imul(seed + 0x6d2b79f5, 0x9e3779b1);
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (t ^ (t >>> 14)) >>> 0;
}

/** @param firstEventAt time of the first event, in ms since 1970; each further event is one millisecond later */
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
