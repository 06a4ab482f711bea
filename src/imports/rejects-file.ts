import { accessSync, constants, createWriteStream, mkdirSync, rmSync, statSync, type WriteStream } from 'node:fs';
import path from 'node:path';
import { once } from 'node:events';

/** A line of the imported file. */
export interface SourceLine {
  /** The line number, from 1. */
  readonly number: number;
  readonly text: string;
}

/** Returns `DATA_DIR/rejects/FILE.rejected.csv`. */
export function defaultRejectsPath(file: string, dataDir: string): string {
  return path.join(dataDir, 'rejects', `${file === '-' ? 'stdin' : path.basename(file)}.rejected.csv`);
}

/**
 * Writes the number, reason, message and original text of each rejected line, as CSV. Without rejected lines no file is
 * written. The file of an earlier run is deleted.
 */
export class RejectsFile {
  readonly path: string;
  private stream: WriteStream | undefined;
  private failure: Error | undefined;

  /** @throws Error with a message of one line if the file can't be written */
  constructor(file: string) {
    this.path = path.resolve(file);
    const folder = path.dirname(this.path);
    try {
      if (statSync(this.path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('the path is a folder');
      mkdirSync(folder, { recursive: true });
      accessSync(folder, constants.W_OK);
      rmSync(this.path, { force: true });
    } catch (error) {
      throw new Error(
        `The rejects file ${this.path} can't be written (${(error as Error).message}). Choose another with --rejects FILE.`,
      );
    }
  }

  async add(line: SourceLine, reason: string, message: string): Promise<void> {
    if (!this.stream) {
      this.stream = createWriteStream(this.path);
      this.stream.on('error', (error) => (this.failure = error));
      this.stream.write('line,reason,message,original\n');
    }
    const row = `${line.number},${reason},${quote(withoutFormula(message))},${quote(withoutFormula(line.text))}\n`;
    if (!this.stream.write(row) && !this.failure) await once(this.stream, 'drain');
    if (this.failure) throw new Error(`The rejects file ${this.path} can't be written: ${this.failure.message}`);
  }

  /** @returns the file's path, or `null` if no line was rejected */
  async close(): Promise<string | null> {
    if (!this.stream) return null;
    this.stream.end();
    await once(this.stream, 'finish');
    return this.path;
  }
}

/** Spreadsheets compute cells that begin with one of these signs; after an apostrophe they show them. */
const withoutFormula = (text: string) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
