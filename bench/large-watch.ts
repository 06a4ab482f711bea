import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LEARNER_LEASE } from '../src/live-state/live-state-names';
import { forgetPeaks, residentOfTree, type Resident } from './process-memory';
import type { BenchRow } from './row';
import type { BenchShop } from './shop';

/** The role of a process, by its command line. */
const KINDS: readonly (readonly [kind: string, command: RegExp])[] = [
  ['API', /src\/main\.js/],
  ['worker', /workers\/main\.js/],
  ['refresh', /refresh\.process\.js/],
  ['import', /cli\/main\.js/],
  ['Redis', /redis-server/],
];
const LOOK_EVERY_MS = 250;

/** Observes the memory and the event loops of all processes that this one has started, phase by phase. */
export class LargeWatch {
  private readonly peaks = new Map<string, number>();
  private readonly timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  private readonly blocks: string;
  private since = Date.now();
  /** Environment of every process of the shop, so that its event loops are observed. */
  readonly env: NodeJS.ProcessEnv;

  constructor(folder: string) {
    this.blocks = path.join(folder, 'blocks');
    this.env = {
      BENCH_BLOCKS: this.blocks,
      NODE_OPTIONS: `--require ${path.join(__dirname, 'block-probe.js')}`,
    };
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Returns the rows of the phase that ends now, and starts the next one. */
  rows(phase: string): BenchRow[] {
    const all = this.look();
    const rows = [...this.peaks].map(([kind, peak]) => row(`memory ${phase}: highest, ${kind}`, peak, 'MiB'));
    for (const [program, longest] of this.longestBlocks())
      rows.push(row(`longest block of an event loop ${phase}: ${program}`, longest, 'ms'));
    this.begin(all);
    return rows;
  }

  /** Returns the current memory of the processes. */
  residentRows(phase: string): BenchRow[] {
    const now = new Map<string, number>();
    for (const { kind, now: size } of this.look()) now.set(kind, Math.max(size, now.get(kind) ?? 0));
    return [...now].map(([kind, size]) => row(`memory ${phase}: ${kind}`, size, 'MiB'));
  }

  private begin(all: readonly Resident[]): void {
    this.peaks.clear();
    forgetPeaks(all);
    writeFileSync(this.blocks, '');
    this.since = Date.now();
  }

  private look(): (Resident & { kind: string })[] {
    const found = residentOfTree(process.pid).flatMap((resident) => {
      const kind = KINDS.find(([, command]) => command.test(resident.command))?.[0];
      return kind === undefined ? [] : [{ ...resident, kind }];
    });
    for (const { kind, peak } of found) this.peaks.set(kind, Math.max(peak, this.peaks.get(kind) ?? 0));
    return found;
  }

  private longestBlocks(): Map<string, number> {
    const longest = new Map<string, number>();
    const lines = existsSync(this.blocks) ? readFileSync(this.blocks, 'utf8').split('\n') : [];
    for (const line of lines) {
      const [time, milliseconds, program] = line.split(' ');
      if (program === undefined || Number(time) < this.since) continue;
      longest.set(program, Math.max(Number(milliseconds), longest.get(program) ?? 0));
    }
    return longest;
  }
}

export function row(name: string, rate: number, unit: string): BenchRow {
  return { name, subject: 'freshet', rate, unit };
}

/** Returns the learner's fencing token, which rises by one whenever the lease changes hands. */
export async function learnerToken({ platform }: BenchShop): Promise<number> {
  const { rows } = await platform.pool.query<{ token: number }>('SELECT token FROM leases WHERE name = $1', [
    LEARNER_LEASE,
  ]);
  return rows[0]?.token ?? 0;
}
