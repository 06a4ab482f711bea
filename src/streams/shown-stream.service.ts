import { ApiError } from '../graphql/errors';
import type { PoolClient } from '../platform/postgres';
import { compileStream, type CompiledStream } from './compile-stream';
import type { LiveStream } from './live-streams.service';
import type { StreamSpec } from './spec';

/** The version of a stream whose windows are shown. */
export interface ShownStream extends LiveStream {
  /** Of the log that is counted in the end. */
  readonly watermark: number;
  /** What begins before it is removed. */
  readonly keptFrom: number;
  /** The stream whose windows it counts; null: it counts events. */
  readonly over: ShownStream | null;
}

interface Row {
  readonly asked: StreamSpec;
  readonly version: number | null;
  readonly spec: StreamSpec | null;
  readonly watermark: Date | null;
  readonly keptFrom: Date | null;
}

const MOST_COMPILED = 200;

/** Streams as they are shown, each definition compiled once. */
export class ShownStreams {
  private readonly compiled = new Map<string, CompiledStream>();

  /** @returns null while the first version is filled, also of one that it stands over. @throws ApiError NOT_FOUND */
  async find(client: PoolClient, stream: string): Promise<ShownStream | null> {
    const { rows } = await client.query<Row>({
      name: 'shown-version',
      text: `SELECT s.spec AS asked, v.version, v.spec, v.watermark, v.kept_from AS "keptFrom" FROM streams s
             LEFT JOIN stream_versions v ON v.stream = s.id AND v.version = s.shown WHERE s.id = $1`,
      values: [stream],
    });
    if (!rows[0]) throw new ApiError('NOT_FOUND', `there is no stream ${JSON.stringify(stream)}`);
    const [{ asked, version, spec, watermark, keptFrom }] = rows;
    if (asked.over !== undefined) {
      const over = await this.find(client, asked.over);
      const compiled = this.compile(`over ${stream} ${JSON.stringify(asked)}`, asked);
      return over && { ...over, stream, version: 0, compiled, over };
    }
    if (version === null || spec === null) return null;
    const compiled = this.compile(`${version} ${stream}`, spec);
    return {
      stream,
      version,
      compiled,
      watermark: watermark?.getTime() ?? -Infinity,
      keptFrom: keptFrom?.getTime() ?? -Infinity,
      over: null,
    };
  }

  private compile(place: string, spec: StreamSpec): CompiledStream {
    let compiled = this.compiled.get(place);
    if (compiled === undefined) {
      if (this.compiled.size >= MOST_COMPILED) this.compiled.clear();
      this.compiled.set(place, (compiled = compileStream(spec)));
    }
    return compiled;
  }
}
