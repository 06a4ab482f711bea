import { spawnSync } from 'node:child_process';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { testFolder } from '../../setup/shop';

const BLOCK = 4_096;

/** A separate file system that a test can fill completely without affecting others. It needs Linux and root. */
export class SmallDisk {
  private constructor(
    private readonly folder: string,
    private readonly image: string,
  ) {}

  /**
   * Creates a file, formats it and mounts it at `folder`. @returns the reason if that is not possible on this machine
   */
  static mount(folder: string, mebibytes: number): SmallDisk | string {
    const image = `${folder}.image`;
    const faults = [
      run('truncate', '-s', `${mebibytes}M`, image),
      // Reserves no blocks for root, because root writes the ballast.
      run('mkfs.ext4', '-q', '-F', '-m', '0', image),
      run('mount', '-o', 'loop', image, folder),
    ].filter((fault) => fault !== undefined);
    if (faults.length === 0) return new SmallDisk(folder, image);
    rmSync(image, { force: true });
    return faults.join('; ');
  }

  /** @returns the reason why no disk can be mounted here; `undefined` if it can */
  static obstacle(): string | undefined {
    const folder = testFolder('disk');
    const disk = SmallDisk.mount(folder, 16);
    if (typeof disk === 'string') return disk;
    disk.unmount();
    return undefined;
  }

  /** Fills the remaining space. @returns how many bytes are still free */
  fill(): number {
    const left = () => statfsSync(this.folder).bavail * BLOCK;
    for (let bytes = left(); bytes >= BLOCK; bytes = Math.min(left(), Math.floor(bytes / 2))) {
      run('fallocate', '-l', String(bytes), this.ballast(bytes));
    }
    try {
      writeFileSync(this.ballast(0), Buffer.alloc(1 << 20, 1));
    } catch {
      // Expected: the disk is full.
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

/** @returns the error message */
function run(command: string, ...args: string[]): string | undefined {
  const { error, status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return undefined;
  return `${command}: ${error?.message ?? stderr.trim()}`;
}
