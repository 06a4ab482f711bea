/** The shop that `npm start` opens while yours is empty. */
export const DEMO_NAMESPACE = 'demo';
/** The demo shop's storefront key. Public on purpose, and known in no other shop. */
export const DEMO_STOREFRONT_KEY = 'demo-storefront-key';
/** Settings of a demo shop: when it was opened first, in milliseconds since 1970; and with what it is filled. */
export const OPENED_AT = 'demo_opened_at';
export const FILLED = 'demo_filled';
/** Goes up with what is generated: a demo of an earlier one is filled up at its next opening. */
export const EDITION = '2';
