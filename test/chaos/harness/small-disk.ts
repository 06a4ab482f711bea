import { spawnSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { testFolder } from '../../setup/shop';

const BLOCK = 4_096;

/** A file system of its own, to be filled to its last block without harm to any other. Linux, as root. */
export class SmallDisk {
  private constructor(
    private readonly folder: string,
    private readonly image: string,
  ) {}

  /** A file, formatted and mounted at `folder`. @returns why not, in words, where that is not possible here */
  static mount(folder: string, mebibytes: number): SmallDisk | string {
    const image = `${folder}.image`;
    const faults = [
      run('truncate', '-s', `${mebibytes}M`, image),
      // No blocks kept back for root, who writes the ballast.
      run('mkfs.ext4', '-q', '-F', '-m', '0', image),
      run('mount', '-o', 'loop', image, folder),
    ].filter((fault) => fault !== undefined);
    if (faults.length === 0) return new SmallDisk(folder, image);
    rmSync(image, { force: true });
    return faults.join('; ');
  }

  /** @returns why there can be none here, in words; `undefined` where there can */
  static obstacle(): string | undefined {
    const folder = testFolder('disk');
    const disk = SmallDisk.mount(folder, 16);
    if (typeof disk === 'string') return disk;
    disk.unmount();
    return undefined;
  }

  /** Takes what is left of it. @returns how many bytes are free then */
  fill(): number {
    const left = () => statfsSync(this.folder).bavail * BLOCK;
    for (let bytes = left(); bytes >= BLOCK; bytes = Math.min(left(), Math.floor(bytes / 2))) {
      run('fallocate', '-l', String(bytes), this.ballast(bytes));
    }
    try {
      writeFileSync(this.ballast(0), Buffer.alloc(1 << 20, 1));
    } catch {
      // As meant.
    }
    return left();
  }

  empty(): void {
    for (const file of this.ballasts.splice(0)) rmSync(file, { force: true });
  }

  unmount(): void {
    const fault = run('umount', this.folder);
    rmSync(this.image, { force: true });
    if (fault) throw new Error(fault);
  }

  private readonly ballasts: string[] = [];

  private ballast(bytes: number): string {
    const file = path.join(this.folder, `ballast-${bytes}`);
    this.ballasts.push(file);
    return file;
  }
}

/** @returns what went wrong */
function run(command: string, ...args: string[]): string | undefined {
  const { error, status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return undefined;
  return `${command}: ${error?.message ?? stderr.trim()}`;
}
