/** Redis topic: an audience was created, changed or deleted. The message has no content. */
export const AUDIENCE_DEFINITIONS_TOPIC = 'audience-definitions';
/** Redis topic: the size or the progress of some audience has changed. The message has no content. */
export const AUDIENCE_SIZES_TOPIC = 'audience-sizes';
