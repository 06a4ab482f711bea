import { codePointsIn, isLongerThan } from '../../expressions/code-points';
import { commitChange } from '../../events/commit-change';
import { badItem, type FieldFault } from '../../events/field-faults';
import type { Outbox } from '../../events/outbox.service';
import { receiptOf } from '../../events/receipts';
import { isVisible } from '../../graphql/id';
import { checkItemCount } from '../../graphql/item-count';
import { isStorable, UNSTORABLE } from '../../graphql/storable';
import { itemUserError, type UserError } from '../../graphql/user-error.type';
import type { Pool } from '../../platform/postgres';
import { maskPaymentData } from '../../search-engine/text/mask-payment-data';
import type { IntentExample } from './intent-example';
import {
  lockIntentExamples,
  MAX_EXAMPLE_LENGTH,
  MAX_EXAMPLES,
  pageOfIntentExamples,
  removeIntentExamples,
  storeExamplePositions,
  writeIntentExamples,
  type StoredIntentExample,
} from './intent-example.store';
import {
  MAX_EXAMPLES_PER_REQUEST,
  type DeleteIntentExamplesPayload,
  type UpsertIntentExamplesPayload,
} from './intent-example.type';
import { faultOfIntent } from './intents';

/** Reads and changes the examples of the shop. A worker fits the model of intents again after a change. */
export class IntentExampleService {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
  ) {}

  /** Returns up to `count` examples in order of intent and text. @param after return only examples after this one */
  page(intent: string | undefined, after: IntentExample | undefined, count: number): Promise<StoredIntentExample[]> {
    return pageOfIntentExamples(this.pool, intent, after, count);
  }

  async upsert(given: readonly IntentExample[]): Promise<UpsertIntentExamplesPayload> {
    checkItemCount(given.length, MAX_EXAMPLES_PER_REQUEST, 'examples');
    const inputs = given.map(({ text, intent }) => ({ text: maskPaymentData(text), intent }));
    const updatedAt = new Date();
    const { position, ...written } = await commitChange(this.outbox, async (client) => {
      const sent = inputs.map(({ text }) => text).filter(isStorable);
      const { count, known } = await lockIntentExamples(client, sent);
      let newCount = 0;
      const accepted = new Map<string, StoredIntentExample>();
      const userErrors: UserError[] = [];
      inputs.forEach(({ text, intent }, index) => {
        const isNew = !known.has(text) && !accepted.has(text);
        const isTooMany = isNew && count + newCount >= MAX_EXAMPLES;
        const fault = faultOfExample({ text, intent }) ?? (isTooMany ? TOO_MANY : undefined);
        if (fault !== undefined) return void userErrors.push(itemUserError('examples', index, fault));
        if (isNew) newCount++;
        accepted.set(text, { text, intent, conversationId: null, language: null, updatedAt });
      });
      const texts = [...accepted.keys()];
      await writeIntentExamples(client, [...accepted.values()]);
      return {
        change: texts.length === 0 ? null : {},
        accepted: inputs.length - userErrors.length,
        userErrors,
        afterPosition: (at: number) => storeExamplePositions(client, texts, at),
      };
    });
    return { ...written, receipt: receiptOf(position) };
  }

  async delete(given: readonly string[]): Promise<DeleteIntentExamplesPayload> {
    checkItemCount(given.length, MAX_EXAMPLES_PER_REQUEST, 'examples');
    const texts = given.map((text) => maskPaymentData(text));
    const { position, ...written } = await commitChange(this.outbox, async (client) => {
      await lockIntentExamples(client, []);
      const removed = new Set(await removeIntentExamples(client, texts.filter(isStorable)));
      const userErrors = texts.flatMap((text, index) =>
        removed.has(text)
          ? []
          : [itemUserError('texts', index, { code: 'NOT_FOUND', message: 'There is no such example.' })],
      );
      return { change: removed.size === 0 ? null : {}, accepted: texts.length - userErrors.length, userErrors };
    });
    return { ...written, receipt: receiptOf(position) };
  }
}

const TOO_MANY = badItem(`a shop can have at most ${MAX_EXAMPLES} examples: delete some first`, 'text');

function faultOfExample({ text, intent }: IntentExample): FieldFault | undefined {
  if (isLongerThan(text, MAX_EXAMPLE_LENGTH))
    return badItem(`text must have at most ${MAX_EXAMPLE_LENGTH} characters; got ${codePointsIn(text)}`, 'text');
  if (!isStorable(text)) return badItem(`text ${UNSTORABLE}`, 'text');
  if (!isVisible(text)) return badItem('text must not be blank', 'text');
  const fault = faultOfIntent(intent);
  return fault === undefined ? undefined : badItem(`intent ${fault}`, 'intent');
}
