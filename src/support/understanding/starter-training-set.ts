import type { IntentExample } from './intent-example';
import { STARTER_EXAMPLES } from './starter-examples';

/** Returns the examples of the starter intents in all languages. */
export function starterTrainingSet(): IntentExample[] {
  return Object.entries(STARTER_EXAMPLES).flatMap(([intent, { en, zh }]) =>
    [...en, ...zh].map((text) => ({ text, intent })),
  );
}
