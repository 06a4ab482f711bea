import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { Context } from '../graphql/context';
import { viewerOf } from '../auth/identify';
import { Scoped } from '../graphql/scope';
import { EventService } from './event.service';
import { RecordEventsInput, RecordEventsPayload } from './event.type';

@Resolver()
export class EventResolver {
  constructor(private readonly events: EventService) {}

  @Scoped('STOREFRONT')
  @Mutation(() => RecordEventsPayload, {
    description:
      'Records up to 1,000 events. What is accepted is durable when this returns, and a bad event never hides a good one.',
  })
  recordEvents(
    @Ctx() context: Context,
    @Arg('input', () => RecordEventsInput) input: RecordEventsInput,
  ): Promise<RecordEventsPayload> {
    return this.events.record(viewerOf(context), input.events);
  }
}
