import { Arg, Mutation, Resolver } from 'type-graphql';
import { Scoped } from '../graphql/scope';
import { createMissingStreams } from '../streams/create-missing-streams.service';
import type { StreamService } from '../streams/stream.service';
import { parcelStreams } from './parcel-streams';
import { CreateParcelStreamsInput, CreateParcelStreamsPayload } from './parcel-streams.type';

@Resolver()
export class ParcelStreamsResolver {
  constructor(private readonly streams: Pick<StreamService, 'create' | 'streams'>) {}

  @Scoped('ADMIN')
  @Mutation(() => CreateParcelStreamsPayload, {
    nullable: true,
    description:
      'Creates those streams of parcels that do not exist: `parcels-by-hour`, `parcels-by-day` and `parcel-lanes-by-day`. They fill in the past.',
  })
  async createParcelStreams(
    @Arg('input', () => CreateParcelStreamsInput, { description: 'Whose days.' })
    { timeZone }: CreateParcelStreamsInput,
  ): Promise<CreateParcelStreamsPayload> {
    const { errors, ...streams } = await createMissingStreams(this.streams, parcelStreams(timeZone ?? 'UTC'));
    // Their definitions are valid, unless the time zone is unknown: the shop has too many streams.
    const codeOf = (code: string) => (code === 'BAD_USER_INPUT' ? code : 'CONFLICT');
    return {
      ...streams,
      userErrors: errors.map(({ code, message }) => ({ code: codeOf(code), message, field: ['input'] })),
    };
  }
}
