import { Arg, Ctx, Extensions, Mutation, Resolver } from 'type-graphql';
import { BulkItems } from '../graphql/bulk-items';
import type { Context } from '../graphql/context';
import { requireViewer } from '../auth/identity';
import { WORK, type WorkOf } from '../graphql/limits/operation-cost';
import { Scoped } from '../graphql/scope';
import { EventService, MAX_EVENTS, workOfEvents } from './event.service';
import { RecordEventsInput, RecordEventsPayload } from './event.type';

const workOfInput: WorkOf = ({ input }) => {
  const { events } = (input ?? {}) as { readonly events?: unknown };
  if (Array.isArray(events)) return workOfEvents(events.length);
  return workOfEvents(typeof events === 'object' && events !== null ? 1 : MAX_EVENTS);
};

@Resolver()
export class EventResolver {
  constructor(private readonly events: EventService) {}

  @Scoped('STOREFRONT')
  @Extensions({ [WORK]: workOfInput })
  @BulkItems('events', MAX_EVENTS)
  @Mutation(() => RecordEventsPayload, {
    description:
      'Records up to 1,000 events. What is accepted is durable when this returns, and a bad event never hides a good one.',
  })
  recordEvents(
    @Ctx() context: Context,
    @Arg('input', () => RecordEventsInput) input: RecordEventsInput,
  ): Promise<RecordEventsPayload> {
    return this.events.record(requireViewer(context), input.events, context);
  }
}
