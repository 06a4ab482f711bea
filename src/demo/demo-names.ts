/** The namespace of the shop that `npm start` opens while the user's own shop is empty. */
export const DEMO_NAMESPACE = 'demo';
/** The storefront key of the demo shop. It is public on purpose and not valid in any other shop. */
export const DEMO_STOREFRONT_KEY = 'demo-storefront-key';
/** Names of settings of a demo shop: the time of its first opening (ms since 1970), and the edition of its data. */
export const OPENED_AT_SETTING = 'demo_opened_at';
export const FILLED_SETTING = 'demo_filled';
/** The edition of the generated data. A demo shop with an earlier edition is completed when it is next opened. */
export const EDITION = '2';
