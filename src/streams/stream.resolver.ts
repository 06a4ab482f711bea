import { Arg, Extensions, FieldResolver, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { ID } from '../graphql/scalars';
import { checkFirst, First } from '../graphql/connection';
import { ApiError } from '../graphql/errors';
import { SUBFIELD_PRICE, MAX_PAGE, WORK } from '../graphql/limits/operation-cost';
import { Scoped } from '../graphql/scope';
import { NO_TOPIC, SubscribedBy } from '../graphql/subscribed-by';
import { StreamService } from './stream.service';
import {
  CreateStreamInput,
  CreateStreamPayload,
  DeleteStreamInput,
  DeleteStreamPayload,
  UpdateStreamInput,
  UpdateStreamPayload,
} from './stream-input.type';
import { LateWindow, Stream } from './stream.type';
import { WindowFeed } from './window-feed.service';
import { Window, WindowsInput } from './window.type';
import { WindowsService } from './windows.service';

const MAX_KEYS = 1_000;
/** Cost of a query, as a number of plain GraphQL fields. A query takes some milliseconds. */
const WINDOWS_WORK = 5_000;
const MAX_WINDOWS = 1_000;
/**
 * Cost of one field of a window, in cost units of 1 to 2 µs each. 1,000 windows with ten aggregates have 89,000 fields,
 * which take 50 ms in total.
 */
const WINDOW_FIELD_PRICE = 0.25;

@Resolver(() => Stream)
export class StreamResolver {
  constructor(
    private readonly service: StreamService,
    private readonly reader: WindowsService,
    private readonly feed: WindowFeed,
  ) {}

  @Scoped('ADMIN')
  @Query(() => [Stream], { description: 'All continuous queries, by id.' })
  streams(): Promise<Stream[]> {
    return this.service.streams();
  }

  @Scoped('ADMIN')
  @Query(() => Stream, { nullable: true })
  stream(@Arg('id', () => ID) id: string): Promise<Stream | null> {
    return this.service.stream(id);
  }

  @Scoped('ADMIN')
  @FieldResolver(() => [LateWindow], {
    description: 'Windows that events came too late for, the newest first; up to 1,000.',
  })
  lateEvents(@Root() { id }: Stream): Promise<LateWindow[]> {
    return this.service.lateWindows(id);
  }

  @Scoped('ADMIN')
  @Extensions({ [WORK]: WINDOWS_WORK, [MAX_PAGE]: MAX_WINDOWS, [SUBFIELD_PRICE]: WINDOW_FIELD_PRICE })
  @Query(() => [Window], {
    description:
      'Windows of a stream, by start and key: all that is in the log counts. Its own, or any coarser size or slide. `first` may be up to 1,000.',
  })
  async windows(
    @Arg('input', () => WindowsInput) input: WindowsInput,
    @First() first: number | null,
    @Arg('offset', () => Int, { nullable: true, defaultValue: 0, description: 'Leaves out so many of them.' })
    offset: number | null,
  ): Promise<Window[]> {
    const { stream, from, to, keys = null, size = null, slide = null } = input;
    const count = checkFirst(first, undefined, MAX_WINDOWS);
    const skipped = offset ?? 0;
    if (!(skipped >= 0)) throw new ApiError('BAD_USER_INPUT', `offset must be at least 0; got ${skipped}`);
    if (keys !== null && keys.length > MAX_KEYS)
      throw new ApiError('BAD_USER_INPUT', `keys must have at most ${MAX_KEYS} items; got ${keys.length}`);
    if (!(from < to)) throw new ApiError('BAD_USER_INPUT', 'from must be before to');
    const question = { stream, from: from.getTime(), to: to.getTime(), keys, size, slide, first: count };
    return this.reader.windows({ ...question, offset: skipped });
  }

  @Scoped('ADMIN')
  @Mutation(() => CreateStreamPayload, {
    description: 'Counts from now on, and fills in the past; `state` tells how far.',
  })
  createStream(@Arg('input', () => CreateStreamInput) { stream }: CreateStreamInput): Promise<CreateStreamPayload> {
    return this.service.create(stream);
  }

  @Scoped('ADMIN')
  @Mutation(() => UpdateStreamPayload, {
    description:
      'The new definition is filled aside; its windows are shown once that is done, and the old ones until then.',
  })
  updateStream(@Arg('input', () => UpdateStreamInput) { stream }: UpdateStreamInput): Promise<UpdateStreamPayload> {
    return this.service.update(stream);
  }

  @Scoped('ADMIN')
  @Mutation(() => DeleteStreamPayload)
  deleteStream(@Arg('input', () => DeleteStreamInput) { id }: DeleteStreamInput): Promise<DeleteStreamPayload> {
    return this.service.delete(id);
  }

  @Scoped('ADMIN')
  @SubscribedBy('open')
  @Subscription(() => Window, {
    ...NO_TOPIC,
    description:
      'The newest 100 windows, then each again whenever it has changed, once more when it is final, and with `isRemoved` when it exists no more. A client that applies every message, by `key` and `start`, has what `windows` answers.',
  })
  windowUpdated(
    @Root() window: Window,
    @Arg('stream', () => ID) _stream: string,
    @Arg('key', () => String, { nullable: true, description: 'Of one key only. Keys have up to 500 characters.' })
    _key?: string | null,
  ): Window {
    return window;
  }

  open({ stream, key }: { stream: string; key?: string | null }): Promise<AsyncIterable<Window>> {
    return this.feed.open(stream, key ?? null);
  }
}
