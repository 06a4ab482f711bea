import { Arg, Extensions, Mutation, Query, Resolver } from 'type-graphql';
import type { Receipts } from '../../events/receipts';
import { BulkItems } from '../../graphql/bulk-items';
import { checkFirst, decodeCursor, encodeCursor, First, pageOf } from '../../graphql/connection';
import { ApiError } from '../../graphql/errors';
import { MAX_LIST_LENGTH, WORK, WORK_BY } from '../../graphql/limits/operation-cost';
import { ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
import { isStorable } from '../../graphql/storable';
import type { IntentExample } from './intent-example';
import type { IntentExampleService } from './intent-example.service';
import {
  DeleteIntentExamplesInput,
  DeleteIntentExamplesPayload,
  IntentExampleConnection,
  MAX_EXAMPLES_PER_REQUEST,
  UpsertIntentExamplesInput,
  UpsertIntentExamplesPayload,
} from './intent-example.type';

const CURSOR = 'intentExamples';
const WRITE_WORK = 30;

@Resolver()
export class IntentExampleResolver {
  constructor(
    private readonly service: IntentExampleService,
    private readonly receipts: Pick<Receipts, 'waitUntilApplied'>,
  ) {}

  @Scoped('ADMIN')
  @Query(() => IntentExampleConnection, {
    nullable: true,
    description: 'The examples of the shop, in order of intent and text. The starter examples are not among them.',
  })
  async intentExamples(
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The cursor of the last one of the page before.' })
    after?: string | null,
    @Arg('intent', () => String, { nullable: true, description: 'Only of this intent, of up to 64 characters.' })
    intent?: string | null,
    @Arg('awaitReceipt', () => ID, {
      nullable: true,
      description: 'The receipt of a mutation: waits, up to 3 s, until it is applied.',
    })
    awaitReceipt?: string | null,
  ): Promise<IntentExampleConnection> {
    const cursor = exampleCursor(after);
    const count = checkFirst(first);
    if (awaitReceipt != null) await this.receipts.waitUntilApplied(awaitReceipt);
    const examples = await this.service.page(intent ?? undefined, cursor, count + 1);
    return pageOf(examples, count, cursor !== undefined, (example) =>
      encodeCursor(CURSOR, [example.intent, example.text]),
    );
  }

  @Scoped('ADMIN')
  @Extensions({ [WORK]: WRITE_WORK, [WORK_BY]: 'input.examples', [MAX_LIST_LENGTH]: MAX_EXAMPLES_PER_REQUEST })
  @BulkItems('examples', MAX_EXAMPLES_PER_REQUEST)
  @Mutation(() => UpsertIntentExamplesPayload, {
    nullable: true,
    description: 'Stores examples. A text that is stored already gets the new intent.',
  })
  upsertIntentExamples(
    @Arg('input', () => UpsertIntentExamplesInput, { description: 'The examples.' })
    { examples }: UpsertIntentExamplesInput,
  ): Promise<UpsertIntentExamplesPayload> {
    return this.service.upsert(examples);
  }

  @Scoped('ADMIN')
  @Extensions({ [WORK]: WRITE_WORK, [WORK_BY]: 'input.texts', [MAX_LIST_LENGTH]: MAX_EXAMPLES_PER_REQUEST })
  @Mutation(() => DeleteIntentExamplesPayload, { nullable: true, description: 'Deletes examples.' })
  deleteIntentExamples(
    @Arg('input', () => DeleteIntentExamplesInput, { description: 'The texts.' }) { texts }: DeleteIntentExamplesInput,
  ): Promise<DeleteIntentExamplesPayload> {
    return this.service.delete(texts);
  }
}

function exampleCursor(after: string | null | undefined): IntentExample | undefined {
  if (after == null) return undefined;
  const value = decodeCursor(CURSOR, after);
  if (Array.isArray(value) && value.length === 2) {
    const [intent, text] = value as unknown[];
    const isText = (each: unknown): each is string => typeof each === 'string' && isStorable(each);
    if (isText(intent) && isText(text)) return { intent, text };
  }
  throw new ApiError('BAD_USER_INPUT', 'after is not a cursor of this list; pass a cursor that this list returned.');
}
