import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SentEvent } from '../../../setup/recount';
import { testFolder, type TestNamespace } from '../../../setup/shop';
import { makeEvents } from '../events';
import { Traffic } from './traffic';
import { countLaunch } from '../../../setup/count-launch';

const CLI = path.resolve(__dirname, '../../../../dist/cli/main.js');
const EVERY_MS = 6_000;
const EVENTS = 4_000;
const LONG_AGO_MS = 40 * 86_400_000;

/** Runs `freshet import` for one file after another, each until it succeeds: an import can be repeated. */
export class Backfills extends Traffic {
  private readonly folder = testFolder('backfills');
  private readonly source = makeEvents(23, 'past-', Date.now() - LONG_AGO_MS);
  private files = 0;
  private repeats = 0;

  constructor(
    private readonly shop: () => TestNamespace,
    private readonly others: { readonly sent: SentEvent[]; readonly acknowledged: SentEvent[] },
  ) {
    super(EVERY_MS);
  }

  override done(): string {
    return `${this.files} files of ${EVENTS.toLocaleString('en')} past events imported, ${this.repeats} times again`;
  }

  protected override async step(): Promise<void> {
    const events = Array.from({ length: EVENTS }, () => this.source.next().value);
    const file = path.join(this.folder, `${this.files}.jsonl`);
    writeFileSync(file, events.map((event) => JSON.stringify(event)).join('\n'));
    this.others.sent.push(...events);
    while (!(await this.import(file))) this.repeats++;
    this.others.acknowledged.push(...events);
    this.files++;
  }

  private async import(file: string): Promise<boolean> {
    const { databaseUrl, redisUrl, namespace } = this.shop();
    countLaunch('freshet import');
    const child = spawn(process.execPath, [CLI, 'import', 'events', file, '--json'], {
      env: {
        PATH: process.env.PATH,
        DATA_DIR: this.folder,
        DATABASE_URL: databaseUrl,
        REDIS_URL: redisUrl,
        NAMESPACE: namespace,
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) return false;
    const { lines, rejected } = JSON.parse(output) as { lines: number; rejected: number };
    if (lines !== EVENTS || rejected !== 0) throw new Error(`an import said ${output}`);
    return true;
  }
}
