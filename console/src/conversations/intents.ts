/** The intent of messages that have none of the intents. */
export const OUT_OF_SCOPE = 'oos';
