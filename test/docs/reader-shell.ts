import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { testFolder } from '../setup/shop';
import { until } from '../setup/until';

const ROOT = path.resolve(__dirname, '../..');
/** What commands need of a clone, and don't write to. */
const LINKED = ['package.json', 'node_modules', 'dist', 'scripts', 'tsconfig.json', 'tsconfig.pages.json'];
/** A reader builds pages of their own over it: what it imports is looked for beside it. */
const COPIED = ['client'];
const COMMAND_MS = 60_000;

/** Something that a reader leaves running in a terminal. */
export interface Terminal {
  readonly command: string;
  /** What it has printed so far. @throws Error with that where it has ended */
  output(): string;
  /** Ctrl-C. @throws Error where it had ended by itself */
  end(): Promise<void>;
}

/**
 * The terminals of a reader in the folder of a clone: nothing of a run reaches the clone itself. Variables that a block sets
 * are there in the next one.
 */
export class ReaderShell {
  readonly folder = testFolder('reader');

  /** @param env settings that a reader would not give, like a free port */
  constructor(private readonly env: NodeJS.ProcessEnv) {
    for (const name of LINKED) symlinkSync(path.join(ROOT, name), path.join(this.folder, name));
    for (const name of COPIED) cpSync(path.join(ROOT, name), path.join(this.folder, name), { recursive: true });
  }

  /** @returns what it printed. @throws Error with that where a command of it fails */
  async run(block: string): Promise<string> {
    const script = `set -ae\n[ ! -f .variables ] || . ./.variables\n${block}\nexport -p > .variables`;
    const { child, output } = this.open(script);
    const timer = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), COMMAND_MS);
    const code = await closed(child).finally(() => clearTimeout(timer));
    if (code !== 0) throw new Error(`it ended with ${code}, and printed:\n${output()}`);
    return output();
  }

  start(command: string): Terminal {
    const { child, output } = this.open(command);
    const gone = closed(child);
    const running = () => {
      const how = child.exitCode ?? child.signalCode;
      if (how !== null) throw new Error(`${command}has ended with ${how}, and printed:\n${output()}`);
      return output();
    };
    return {
      command,
      output: running,
      end: async () => {
        const group = child.pid as number;
        const hasEnded = child.exitCode !== null || child.signalCode !== null;
        // The group, as a terminal does it; some of it may be left where its first process has gone.
        if (!isGroupGone(group)) process.kill(-group, 'SIGINT');
        await gone;
        await until(() => isGroupGone(group), Boolean);
        if (hasEnded) running();
      },
    };
  }

  private open(script: string): { child: ChildProcess; output: () => string } {
    const child = spawn('sh', ['-c', `exec 2>&1\n${script}`], {
      cwd: this.folder,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        npm_config_update_notifier: 'false',
        ...this.env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return { child, output: () => output };
  }
}

function closed(child: ChildProcess): Promise<number | string | null> {
  return new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
}

function isGroupGone(group: number): boolean {
  try {
    process.kill(-group, 0);
    return false;
  } catch {
    return true;
  }
}
