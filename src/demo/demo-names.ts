/** The namespace of the shop that `npm start` opens while the user's own shop is empty. */
export const DEMO_NAMESPACE = 'demo';
/** The storefront key of the demo shop. It is public on purpose and not valid in any other shop. */
export const DEMO_STOREFRONT_KEY = 'demo-storefront-key';
/** Name of the setting that holds the time at which a demo shop was first opened (ms since 1970). */
export const OPENED_AT_SETTING = 'demo_opened_at';
/** Name of the setting that holds the edition of the data of a completely filled demo shop. */
export const FILLED_SETTING = 'demo_filled';
/** Name of the setting that holds the edition of the data that a demo shop is being filled with, or was. */
export const EDITION_SETTING = 'demo_edition';
/** The edition of the generated data. `npm start` replaces a demo shop of another edition. */
export const EDITION = '9';
/** Prefix of the ids of the synthetic customers. Visitors can sign in only as one of them. */
export const CUSTOMER_PREFIX = 'demo-customer-';
