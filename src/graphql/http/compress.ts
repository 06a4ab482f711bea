import type { FastifyReply, FastifyRequest } from 'fastify';
import { promisify } from 'node:util';
import { type BrotliOptions, brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib';
import { type ContentEncoding, preferredEncoding } from './accept-encoding';

/** Minimum size of a body that is compressed. A smaller response fits into one packet anyway. */
const MIN_COMPRESSED_BYTES = 1_024;
/**
 * Maximum size of a body that is compressed on the event loop, in bytes. Compressing it takes less than half a
 * millisecond. Passing it to a thread would take as long.
 */
const MAX_SYNC_BYTES = 32_768;
const GZIP = { level: 6 } as const;
/**
 * Limits of Brotli's window, as exponents of two: 16 KiB and 4 MiB. The window is about as large as the body, because a
 * larger window only costs memory.
 */
const [MIN_WINDOW_BITS, MAX_WINDOW_BITS] = [14, 22];

const inThread = { br: promisify(brotliCompress), gzip: promisify(gzip) };

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * The encoded forms of a cached body, shared by all requests with the same response; null if the response is not
     * cached.
     */
    encodedBodies: Map<ContentEncoding, Buffer> | null;
  }
}

/**
 * The `onSend` hook of routes with large bodies. It compresses a body with Brotli or gzip if the client accepts that.
 *
 * The attack BREACH learns secrets from the length of compressed bodies. It needs a page that makes the victim's
 * browser send requests with the victim's credentials. No such page can exist here: Freshet never uses cookies, and
 * takes credentials only from headers that pages of other origins can't set.
 */
export async function compressBody(request: FastifyRequest, reply: FastifyReply, body: unknown): Promise<unknown> {
  if (typeof body !== 'string') return body;
  vary(reply, 'Accept-Encoding');
  const encoding = preferredEncoding(request.headers['accept-encoding']);
  if (encoding === null || reply.hasHeader('content-encoding')) return body;
  const length = Buffer.byteLength(body);
  if (length < MIN_COMPRESSED_BYTES) return body;
  const cached = request.encodedBodies?.get(encoding);
  const encoded = cached ?? (await encode(Buffer.from(body), encoding));
  request.encodedBodies?.set(encoding, encoded);
  // The header `content-length` contains the length of the uncompressed body.
  void reply.header('content-encoding', encoding).removeHeader('content-length');
  return encoded;
}

async function encode(body: Buffer, encoding: ContentEncoding): Promise<Buffer> {
  const isSmall = body.length <= MAX_SYNC_BYTES;
  if (encoding === 'gzip') return isSmall ? gzipSync(body, GZIP) : inThread.gzip(body, GZIP);
  const options = brotliOptions(body.length);
  return isSmall ? brotliCompressSync(body, options) : inThread.br(body, options);
}

function brotliOptions(length: number): BrotliOptions {
  const windowBits = Math.min(MAX_WINDOW_BITS, Math.max(MIN_WINDOW_BITS, Math.ceil(Math.log2(length))));
  return {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 4,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: length,
      [constants.BROTLI_PARAM_LGWIN]: windowBits,
    },
  };
}

/** Appends a header name to `Vary`. */
function vary(reply: FastifyReply, name: string): void {
  const before = reply.getHeader('vary');
  void reply.header('vary', before === undefined ? name : `${String(before)}, ${name}`);
}
