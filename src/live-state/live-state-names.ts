export const LEARNER_LEASE = 'learner';
export const SHOP_TOPIC = 'shop-state';
/** API processes with missing changes request a checkpoint on this topic. */
export const SHOP_REQUEST_TOPIC = 'shop-state-wanted';
/** The half of a checkpoint that API processes load: the state per product, and the sessions without ids. */
export const SHOP_ARTEFACT = 'shop-state';
/** The half of a checkpoint that only the learner loads: the subjects and orders with their ids. */
export const SUBJECTS_ARTEFACT = 'learner-subjects';
/** The oldest release that can read a checkpoint. Raise it when the format version of either half changes. */
export const CHECKPOINT_MIN_RELEASE = '0.4.0';
/** The oldest release that can read the deltas of the shop state: MAJOR, MINOR and PATCH. */
export const SHOP_DELTA_MIN_RELEASE: readonly number[] = [0, 4, 0];
