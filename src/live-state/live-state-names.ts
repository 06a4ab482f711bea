export const LEARNER_LEASE = 'learner';
export const SHOP_TOPIC = 'shop-state';
/** API processes with missing changes request a checkpoint on this topic. */
export const SHOP_REQUEST_TOPIC = 'shop-state-wanted';
/** The half of a checkpoint with the state per product, which API processes load. */
export const SHOP_ARTEFACT = 'shop-state';
/** The half of a checkpoint with the data about subjects and orders, which API processes never load. */
export const SUBJECTS_ARTEFACT = 'learner-subjects';
/** The oldest release that can read a checkpoint. Raise it when the format version of either half changes. */
export const CHECKPOINT_MIN_RELEASE = '0.3.0';
