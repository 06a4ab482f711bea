import { Arg, Extensions, Mutation, Query, Resolver } from 'type-graphql';
import type { Receipts } from '../../events/receipts';
import { BulkItems } from '../../graphql/bulk-items';
import { checkFirst, encodeCursor, First, pageOf, textsCursor } from '../../graphql/connection';
import { MAX_LIST_LENGTH, WORK, WORK_BY } from '../../graphql/limits/operation-cost';
import { ID } from '../../graphql/scalars';
import { Scoped } from '../../graphql/scope';
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
  const texts = textsCursor(CURSOR, after, 2);
  return texts && { intent: texts[0]!, text: texts[1]! };
}
