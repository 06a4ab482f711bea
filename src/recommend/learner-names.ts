/** What the learner is known by: its lease, its topics, its artefacts. */
export const LEARNER_LEASE = 'learner';
export const SHOP_TOPIC = 'shop-state';
/** API processes that lack something ask here for a checkpoint. */
export const SHOP_REQUEST_TOPIC = 'shop-state-wanted';
/** The item side, which API processes load, and the learner's own side. */
export const SHOP_ARTEFACT = 'shop-state';
export const SUBJECTS_ARTEFACT = 'learner-subjects';
/** The oldest release that can read a checkpoint: raise it with the version of either half. */
export const CHECKPOINT_MIN_RELEASE = '0.3.0';
