import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { countLaunch } from '../setup/count-launch';
import { testFolder } from '../setup/shop';
import { PATIENCE_MS, until } from '../setup/until';

const ROOT = path.resolve(__dirname, '../..');
/** The files of the clone that commands need and do not write to. */
const LINKED = ['package.json', 'node_modules', 'dist', 'scripts', 'tsconfig.json', 'tsconfig.pages.json'];
/** Readers build their own pages in this folder, so the modules that those pages import must resolve from it. */
const COPIED = ['client'];

/** A program that a reader leaves running in a terminal. */
export interface Terminal {
  readonly command: string;
  /** Returns the output so far. @throws Error with the output if the program has ended */
  output(): string;
  /** Sends Ctrl-C. @throws Error if the program had already ended */
  end(): Promise<void>;
}

/**
 * The terminals of a reader in a copy of the repository: a run does not change the original. Variables that one block
 * sets exist in the next one.
 */
export class ReaderShell {
  readonly folder = testFolder('reader');

  /** @param env settings that a reader would not set, such as a free port */
  constructor(private readonly env: NodeJS.ProcessEnv) {
    for (const name of LINKED) symlinkSync(path.join(ROOT, name), path.join(this.folder, name));
    for (const name of COPIED) cpSync(path.join(ROOT, name), path.join(this.folder, name), { recursive: true });
  }

  /** @returns the output. @throws Error with the output if a command fails */
  async run(block: string): Promise<string> {
    const script = `set -ae\n[ ! -f .variables ] || . ./.variables\n${block}\nexport -p > .variables`;
    const { child, output } = this.open(script);
    const timer = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), PATIENCE_MS);
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
        // Signals the process group, as a terminal does. Some of its processes may outlive the first one.
        if (!isGroupGone(group)) process.kill(-group, 'SIGINT');
        await gone;
        await until(() => isGroupGone(group), Boolean);
        if (hasEnded) running();
      },
    };
  }

  private open(script: string): { child: ChildProcess; output: () => string } {
    for (const [program] of script.matchAll(/\bnpm (start|run)\b/g)) countLaunch(program);
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
