/** The namespace of the shop that `npm start` opens while the user's own shop is empty. */
export const DEMO_NAMESPACE = 'demo';
/** The storefront key of the demo shop. It is public on purpose and not valid in any other shop. */
export const DEMO_STOREFRONT_KEY = 'demo-storefront-key';
/** Name of the setting that holds the time at which a demo shop was first opened (ms since 1970). */
export const OPENED_AT_SETTING = 'demo_opened_at';
/** Name of the setting that holds the edition of the data of a completely filled demo shop. */
export const FILLED_SETTING = 'demo_filled';
/** The edition of the generated data. A demo shop with an earlier edition is completed when it is next opened. */
export const EDITION = '2';
