import { createReadStream } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/**
 * Yields the lines of a file (plain, or gzip if the name ends in `.gz`) or of standard input (`-`). Lines are yielded
 * in batches, one per chunk read, because a generator step per line would cost more than the parsing. Line ends are LF
 * or CRLF. A byte order mark is dropped.
 * @param onBytes called with the number of (compressed) bytes of the file that have been read
 */
export async function* readLines(
  file: string,
  onBytes: (bytesRead: number) => void = () => undefined,
): AsyncGenerator<string[]> {
  const fileStream = file === '-' ? null : createReadStream(file, { highWaterMark: 1 << 18 });
  const source: Readable = fileStream ?? process.stdin;
  const unpacked = file.endsWith('.gz') ? source.pipe(createGunzip({ chunkSize: 1 << 18 })) : source;
  // `pipe` does not forward errors.
  if (unpacked !== source) source.on('error', (error) => unpacked.destroy(error));
  const decoder = new StringDecoder('utf8');
  let incompleteLine = '';
  let isFirstChunk = true;
  for await (const chunk of unpacked) {
    let text = incompleteLine + decoder.write(chunk as Buffer);
    if (isFirstChunk && text.length > 0) {
      isFirstChunk = false;
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    }
    const lines = text.split('\n');
    incompleteLine = lines.pop() as string;
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]!;
      if (line.endsWith('\r')) lines[i] = line.slice(0, -1);
    }
    onBytes(fileStream?.bytesRead ?? 0);
    yield lines;
  }
  incompleteLine += decoder.end();
  if (incompleteLine !== '') yield [incompleteLine];
}
