import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';
import { BulkItems } from '../graphql/bulk-items';
import type { Context } from '../graphql/context';
import { requireViewer } from '../auth/identity';
import { MAX_LIST_LENGTH, WORK, WORK_BY } from '../graphql/limits/operation-cost';
import { Scoped } from '../graphql/scope';
import { EVENT_WORK, EventService, MAX_EVENTS } from './event.service';
import { RecordEventsInput, RecordEventsPayload } from './event.type';

@Resolver()
export class EventResolver {
  constructor(private readonly events: EventService) {}

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: EVENT_WORK, [WORK_BY]: 'input.events', [MAX_LIST_LENGTH]: MAX_EVENTS })
  @BulkItems('events', MAX_EVENTS)
  @Mutation(() => RecordEventsPayload, {
    description:
      'Records up to 1,000 events. What is accepted is durable when this returns, and a bad event never hides a good one.',
  })
  recordEvents(
    @Ctx() context: Context,
    @Arg('input', () => RecordEventsInput) input: RecordEventsInput,
  ): Promise<RecordEventsPayload> {
    return this.events.record(requireViewer(context), input.events, context.address);
  }
}
