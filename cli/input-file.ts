import { statSync } from 'node:fs';
import { UsageError } from './usage-error';

/** @throws UsageError unless `file` is an existing file, or `-` for standard input */
export function checkInputFile(file: string): void {
  if (file !== '-' && !statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(`the file ${file} does not exist`);
}
