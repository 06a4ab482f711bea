import { Arg, Mutation, Resolver } from 'type-graphql';
import { Scoped } from '../graphql/scope';
import { createMissingStreams } from '../streams/create-missing-streams.service';
import type { StreamService } from '../streams/stream.service';
import { supportStreams } from './support-streams';
import { CreateSupportStreamsInput, CreateSupportStreamsPayload } from './support-streams.type';

@Resolver()
export class SupportStreamsResolver {
  constructor(private readonly streams: Pick<StreamService, 'create' | 'streams'>) {}

  @Scoped('ADMIN')
  @Mutation(() => CreateSupportStreamsPayload, {
    nullable: true,
    description:
      'Creates those streams of customer answers that do not exist: `answers-by-hour` and `answers-by-day`. They fill in the past.',
  })
  async createSupportStreams(
    @Arg('input', () => CreateSupportStreamsInput, { description: 'Whose days.' })
    { timeZone }: CreateSupportStreamsInput,
  ): Promise<CreateSupportStreamsPayload> {
    const { errors, ...streams } = await createMissingStreams(this.streams, supportStreams(timeZone ?? 'UTC'));
    // Their definitions are valid, unless the time zone is unknown: the shop has too many streams.
    const codeOf = (code: string) => (code === 'BAD_USER_INPUT' ? code : 'CONFLICT');
    return {
      ...streams,
      userErrors: errors.map(({ code, message }) => ({ code: codeOf(code), message, field: ['input'] })),
    };
  }
}
