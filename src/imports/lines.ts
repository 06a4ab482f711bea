import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const MAX_SHOWN = 20;
const BYTE_ORDER_MARK = '\ufeff';

/** A compressed file can't be read beyond some line: it is cut short or damaged. */
export class DamagedFileError extends Error {
  /** @param lines number of lines that were read */
  constructor(file: string, lines: number, reason: string) {
    super(`${file} can't be unpacked beyond line ${lines}: ${reason}. The file is cut short or damaged.`);
    this.name = 'DamagedFileError';
  }
}

const ADVICE = 'Convert the file, for example with iconv -f WINDOWS-1252 -t UTF-8';

/** A line whose bytes are not UTF-8. Decoding it would change it: different bytes would become the same text. */
export class UnreadableLine {
  constructor(readonly bytes: Buffer) {}

  /** The text as Latin-1 has it, for showing the line. */
  get shown(): string {
    return this.bytes.toString('latin1');
  }

  get message(): string {
    const [before = ''] = this.bytes.toString('utf8').split('\ufffd', 1);
    const byte = this.bytes[Buffer.byteLength(before)]?.toString(16).toUpperCase();
    return `the line is not UTF-8: byte ${byte} after ${JSON.stringify(before.slice(-MAX_SHOWN))}. ${ADVICE}`;
  }

  /** The message without a part of the line. */
  get messageWithoutText(): string {
    return `the line is not UTF-8. ${ADVICE}`;
  }
}

export type FileLine = string | UnreadableLine;

/**
 * Yields the lines of a file (plain, or gzip if the name ends in `.gz`) or of standard input (`-`). Lines are yielded
 * in batches, one per chunk read, because a generator step per line would cost more than the parsing. Line ends are LF
 * or CRLF. Byte order marks are dropped, also those within a file that was joined from several.
 * @param onBytes called with the number of (compressed) bytes of the file that have been read
 * @throws DamagedFileError
 */
export async function* readFileLines(
  file: string,
  onBytes: (bytesRead: number) => void = () => undefined,
): AsyncGenerator<FileLine[]> {
  const fileStream = file === '-' ? null : createReadStream(file, { highWaterMark: 1 << 18 });
  const source: Readable = fileStream ?? process.stdin;
  const unpacked = file.endsWith('.gz') ? source.pipe(createGunzip({ chunkSize: 1 << 18 })) : source;
  // `pipe` does not forward errors.
  if (unpacked !== source) source.on('error', (error) => unpacked.destroy(error));
  /** The bytes of the incomplete last line. */
  let rest: Buffer[] = [];
  let count = 0;
  const split = (bytes: Buffer): FileLine[] => {
    const lines = splitLines(bytes);
    count += lines.length;
    return lines;
  };
  const failure = (error: NodeJS.ErrnoException): never => {
    throw error.code?.startsWith('Z_') ? new DamagedFileError(file, count, error.message) : error;
  };
  const chunks = (unpacked as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  for (;;) {
    const next = await chunks.next().catch(failure);
    if (next.done) break;
    const chunk = next.value;
    const end = chunk.lastIndexOf(LINE_FEED);
    if (end < 0) {
      rest.push(chunk);
      continue;
    }
    const complete = rest.length === 0 ? chunk.subarray(0, end) : Buffer.concat([...rest, chunk.subarray(0, end)]);
    rest = [chunk.subarray(end + 1)];
    onBytes(fileStream?.bytesRead ?? 0);
    yield split(complete);
  }
  const last = Buffer.concat(rest);
  if (last.length > 0) yield split(last);
}

/**
 * Like {@link readFileLines}, for files that must be readable as a whole.
 * @throws Error that names the first line that is not UTF-8
 */
export async function* readLines(file: string, onBytes?: (bytesRead: number) => void): AsyncGenerator<string[]> {
  let before = 0;
  for await (const lines of readFileLines(file, onBytes)) {
    const at = lines.findIndex((line) => line instanceof UnreadableLine);
    if (at >= 0) throw new Error(`${file}, line ${before + at + 1}: ${(lines[at] as UnreadableLine).message}`);
    before += lines.length;
    yield lines as string[];
  }
}

/** @param bytes lines with a line feed between each two */
function splitLines(bytes: Buffer): FileLine[] {
  if (!isUtf8(bytes)) return splitBytes(bytes);
  const lines = bytes.toString('utf8').split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const start = line.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
    if (start > 0 || line.endsWith('\r')) lines[i] = line.slice(start, line.endsWith('\r') ? -1 : undefined);
  }
  return lines;
}

function splitBytes(bytes: Buffer): FileLine[] {
  const lines: FileLine[] = [];
  for (let start = 0; start <= bytes.length;) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const end = feed < 0 ? bytes.length : feed;
    const line = bytes.subarray(start, bytes[end - 1] === CARRIAGE_RETURN && end > start ? end - 1 : end);
    lines.push(isUtf8(line) ? line.toString('utf8').replace(/^\ufeff/, '') : new UnreadableLine(line));
    start = end + 1;
  }
  return lines;
}
