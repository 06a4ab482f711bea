import { OUT_OF_SCOPE, type IntentExample } from './intent-example';
import { STARTER_EXAMPLES, STARTER_OUT_OF_SCOPE } from './starter-examples';

/** Returns the examples of the starter intents, and of what none of them covers, in all languages. */
export function starterTrainingSet(): IntentExample[] {
  const examples = Object.entries({ ...STARTER_EXAMPLES, [OUT_OF_SCOPE]: STARTER_OUT_OF_SCOPE });
  return examples.flatMap(([intent, { en, zh }]) => [...en, ...zh].map((text) => ({ text, intent })));
}
