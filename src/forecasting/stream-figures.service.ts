import { ApiError } from '../graphql/errors';
import type { StreamService } from '../streams/stream.service';
import type { WindowsService } from '../streams/windows.service';
import type { StreamFigureInput } from './forecasting.type';

/** Aggregates that are 0 where there were no events. */
const ADDITIVE: ReadonlySet<string> = new Set(['COUNT', 'SUM', 'DISTINCT']);

export interface FigureWindow {
  readonly start: Date;
  readonly end: Date;
  readonly value: number;
}

/** A figure of a stream that has been looked at: what it is, and how to read it. */
export interface StreamFigure {
  readonly timeZone: string;
  /** Windows that have events and begin in `[from, to)`, in order. @param size ISO 8601 */
  readonly read: (from: Date, to: Date, size: string) => Promise<readonly FigureWindow[]>;
}

/** One aggregate of one key of a stream, over time. */
export class StreamFigures {
  constructor(
    private readonly streams: Pick<StreamService, 'stream'>,
    private readonly windows: Pick<WindowsService, 'windows'>,
  ) {}

  /** @throws ApiError NOT_FOUND, BAD_USER_INPUT */
  async figure({ stream: id, value: name, key }: StreamFigureInput): Promise<StreamFigure> {
    const stream = await this.streams.stream(id);
    if (stream === null) throw new ApiError('NOT_FOUND', `there is no stream ${JSON.stringify(id)}`);
    const aggregate = stream.aggregates.find((each) => each.name === name);
    if (aggregate === undefined)
      throw new ApiError('BAD_USER_INPUT', `figure.value: the stream has no aggregate ${JSON.stringify(name)}`);
    if (!ADDITIVE.has(aggregate.kind))
      throw new ApiError('BAD_USER_INPUT', `figure.value: ${aggregate.kind} is not 0 where there are no events`);
    if (stream.keys.length > 0 !== (key != null))
      throw new ApiError('BAD_USER_INPUT', `figure.key: the stream has ${stream.keys.length} keys`);
    return {
      timeZone: stream.window.timeZone ?? 'UTC',
      read: async (from, to, size) => {
        const question = { stream: id, keys: key == null ? null : [key], size, slide: null };
        const windows = await this.windows.windows({ ...question, from: from.getTime(), to: to.getTime() });
        return windows.map(({ start, end, values }) => ({
          start,
          end,
          value: values.find((each) => each.name === name)?.number ?? 0,
        }));
      },
    };
  }
}
