import { Field, Int, ObjectType } from 'type-graphql';
import { connectionOf, type ConnectionPage } from '../graphql/connection';
import { enumType } from '../graphql/enum-type';
import { DateTime, ID } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import type { InboxState } from './inbox.store';

export const InboxStateEnum: Record<InboxState, InboxState> = enumType(
  'InboxState',
  ['WAITING', 'BLOCKED', 'WORKING', 'FAILING', 'SPLIT', 'DONE'],
  'Where a batch of accepted events is on its way into the log.',
  {
    WAITING: 'For a worker. A half of a split batch begins here too.',
    BLOCKED:
      'It waits for an older batch that has an event with the same identity, or for an older merge of one of its subjects.',
    WORKING: 'A worker has begun an attempt.',
    FAILING: 'The newest attempt failed; there is another at `retryAt`.',
    SPLIT: 'It kept failing and became two halves; `position` is set once both have come to their end.',
    DONE: 'Its events are in the log, or in `rejectedEvents`.',
  },
);

@Scoped('ADMIN')
@ObjectType({ description: 'Accepted events that are taken into the log together.' })
export class InboxBatch {
  @Field(() => ID, { description: 'The receipt that its senders were given; of a half, its own.' })
  id!: string;

  @Field(() => InboxStateEnum)
  state!: InboxState;

  @Field(() => Int, { description: 'How many it had when it was accepted.' })
  events!: number;

  @Field(() => Int, { description: 'Begun so far; a half begins with those that it has in effect had.' })
  attempts!: number;

  @Field(() => DateTime)
  receivedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it is handed out again if nobody has finished it.' })
  retryAt!: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why the newest attempt failed. Null also where its worker ended.',
  })
  lastError!: string | null;

  @Field(() => String, { nullable: true, description: 'Of the log, once all of it has come to its end.' })
  position!: string | null;

  @Field(() => ID, { nullable: true, description: 'The batch that this one is a half of.' })
  parent!: string | null;
}

export const InboxBatchConnection = connectionOf(InboxBatch, 'InboxBatch', 'ADMIN');
export type InboxBatchConnection = ConnectionPage<InboxBatch>;
