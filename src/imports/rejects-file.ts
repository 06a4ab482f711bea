import { accessSync, constants, createWriteStream, mkdirSync, rmSync, statSync, type WriteStream } from 'node:fs';
import path from 'node:path';
import { once } from 'node:events';

/**
 * `FILE.rejected.csv`: number, reason and text of each line that was not imported. Beside the file, or in `dataDir`
 * where that folder can't be written. No rejects: no file, and none left of an earlier run.
 */
export class RejectsFile {
  readonly path: string;
  private stream: WriteStream | undefined;

  constructor(file: string, dataDir: string) {
    const name = `${file === '-' ? 'stdin' : path.basename(file)}.rejected.csv`;
    const folder = file === '-' ? dataDir : path.dirname(path.resolve(file));
    this.path = path.join(isWritable(folder) ? folder : dataDir, name);
    rmSync(this.path, { force: true });
  }

  async add(line: number, reason: string, message: string): Promise<void> {
    if (!this.stream) {
      mkdirSync(path.dirname(this.path), { recursive: true });
      this.stream = createWriteStream(this.path);
      this.stream.write('line,reason,message\n');
    }
    if (!this.stream.write(`${line},${reason},"${message.replaceAll('"', '""')}"\n`)) await once(this.stream, 'drain');
  }

  /** @returns the file's path, or `null` when there is none */
  async close(): Promise<string | null> {
    if (!this.stream) return null;
    this.stream.end();
    await once(this.stream, 'finish');
    return this.path;
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    // Root may write anywhere; a folder that nobody is meant to write is left alone all the same.
    return (statSync(folder).mode & 0o222) !== 0;
  } catch {
    return false;
  }
}
