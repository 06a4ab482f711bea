import { ApiError } from '../graphql/errors';
import type { StreamService } from '../streams/stream.service';
import type { WindowsService } from '../streams/windows.service';
import type { StreamFigureInput } from './forecasting.type';

/** Kinds of aggregates whose value without events is 0. */
const ZERO_WITHOUT_EVENTS: ReadonlySet<string> = new Set(['COUNT', 'SUM', 'DISTINCT']);

interface FigureWindow {
  readonly start: Date;
  readonly end: Date;
  readonly value: number;
}

/** A figure of a stream that has been checked to exist. */
export interface StreamFigure {
  readonly timeZone: string;
  /** Reads the windows that begin in `[from, to)` and have events, in order of time. @param size ISO 8601 duration */
  readonly read: (from: Date, to: Date, size: string) => Promise<readonly FigureWindow[]>;
}

/** Reads figures of streams. A figure is one aggregate of one key over time. */
export class StreamFigureReader {
  constructor(
    private readonly streams: Pick<StreamService, 'stream'>,
    private readonly windows: Pick<WindowsService, 'windows'>,
  ) {}

  /** @throws ApiError NOT_FOUND, BAD_USER_INPUT */
  async find({ stream: id, value: name, key }: StreamFigureInput): Promise<StreamFigure> {
    const stream = await this.streams.stream(id);
    if (stream === null) throw new ApiError('NOT_FOUND', `stream ${JSON.stringify(id)} does not exist`);
    const aggregate = stream.aggregates.find((each) => each.name === name);
    if (aggregate === undefined)
      throw new ApiError('BAD_USER_INPUT', `figure.value: the stream has no aggregate named ${JSON.stringify(name)}`);
    if (!ZERO_WITHOUT_EVENTS.has(aggregate.kind))
      throw new ApiError(
        'BAD_USER_INPUT',
        `figure.value must name a COUNT, SUM or DISTINCT aggregate; ${aggregate.kind} is not 0 without events`,
      );
    if (stream.keys.length > 0 !== (key != null))
      throw new ApiError(
        'BAD_USER_INPUT',
        stream.keys.length > 0
          ? `figure.key is required, because the stream has ${stream.keys.length} key(s)`
          : 'figure.key must be absent, because the stream has no keys',
      );
    return {
      timeZone: stream.window.timeZone ?? 'UTC',
      read: async (from, to, size) => {
        const query = { stream: id, keys: key == null ? null : [key], size, slide: null };
        const windows = await this.windows.windows({ ...query, from: from.getTime(), to: to.getTime() });
        return windows.map(({ start, end, values }) => ({
          start,
          end,
          value: values.find((each) => each.name === name)?.number ?? 0,
        }));
      },
    };
  }
}
