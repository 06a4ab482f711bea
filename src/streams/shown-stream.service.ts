import { ApiError } from '../graphql/errors';
import type { PoolClient } from '../platform/postgres';
import { compileStream, type CompiledStream } from './compile-stream';
import type { StreamSpec } from './stream-spec';
import { progressOf } from './stream-progress';
import { readStreamChain, readShownVersion } from './stream.store';
import { type ShownStream } from './live-stream';

const MAX_COMPILED = 200;
/** Suggested delay before a retry. The backfill of a million events takes about 20 s. */
const RETRY_AFTER_MS = 2_000;

/** Returns the error that explains why a stream has no windows yet. It contains the progress of the backfill. */
export async function notReadyError(client: PoolClient, stream: string): Promise<ApiError> {
  const chain = await readStreamChain(client, stream);
  if (chain === null) return new ApiError('NOT_FOUND', `stream ${JSON.stringify(stream)} does not exist`);
  const { requested, base } = chain;
  const { state, reason, progress } = progressOf(requested, base);
  const below = base.id === stream ? '' : `, on which ${JSON.stringify(stream)} is based,`;
  if (state !== 'FILLING')
    return new ApiError(
      'NOT_READY',
      `The stream ${JSON.stringify(base.id)}${below} is ${state} and has no windows: ${reason ?? ''}. Change it with updateStream.`,
      { stream: base.id, state, progress },
    );
  const percent = Math.floor(100 * progress);
  return new ApiError(
    'NOT_READY',
    `The stream ${JSON.stringify(base.id)}${below} is being filled from the log (${percent} %). Retry when its state is LIVE.`,
    { stream: base.id, state, progress, retryAfterMs: RETRY_AFTER_MS },
  );
}

/** Finds the shown versions of streams, and compiles each definition once. */
export class ShownStreams {
  private readonly compiled = new Map<string, CompiledStream>();

  /**
   * @returns null if the stream, or a stream whose windows it counts, has no windows to show yet
   * @throws ApiError NOT_FOUND
   */
  async find(client: PoolClient, stream: string): Promise<ShownStream | null> {
    const shown = await readShownVersion(client, stream);
    if (shown === undefined) throw new ApiError('NOT_FOUND', `stream ${JSON.stringify(stream)} does not exist`);
    const { asked, version, spec, watermark, keptFrom, keys } = shown;
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
      keyCount: keys ?? 0,
      over: null,
    };
  }

  private compile(cacheKey: string, spec: StreamSpec): CompiledStream {
    let compiled = this.compiled.get(cacheKey);
    if (compiled === undefined) {
      if (this.compiled.size >= MAX_COMPILED) this.compiled.clear();
      this.compiled.set(cacheKey, (compiled = compileStream(spec)));
    }
    return compiled;
  }
}
