/** Runs `npm start` as a user's terminal does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { countLaunch } from './count-launch';

const root = path.resolve(__dirname, '../..');
const program = path.join(root, 'dist/cli/start.js');

/** Runs `npm start` without npm and the bootstrap, in a separate process group, as a terminal would start it. */
export interface Started {
  readonly process: ChildProcess;
  output(): string;
  /** The longest time without output so far, in milliseconds. */
  longestSilenceMs(): number;
  /** Waits for a line that matches; fails if the process ends without it. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  exitCode(): Promise<number | null>;
}

const groups: number[] = [];

export function start(env: NodeJS.ProcessEnv): Started {
  if (!existsSync(program)) throw new Error(`${program} is missing: "npm test" builds it.`);
  return run(process.execPath, [program], env);
}

/** Runs `npm start` by npm. */
export const npmStart = (env: NodeJS.ProcessEnv): Started => run('npm', ['start'], env);

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Started {
  countLaunch('npm start');
  const child = spawn(command, args, {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', DEMO: 'off', LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  groups.push(child.pid as number);
  let output = '';
  let heardAt = performance.now();
  let longestSilenceMs = 0;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      longestSilenceMs = Math.max(longestSilenceMs, performance.now() - heardAt);
      heardAt = performance.now();
    });
  const ended = once(child, 'close') as Promise<[number | null]>;
  return {
    process: child,
    output: () => output,
    longestSilenceMs: () => longestSilenceMs,
    async line(pattern) {
      for (;;) {
        const match = pattern.exec(output);
        if (match) return match;
        if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}:\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    exitCode: async () => (await ended)[0],
  };
}

/** Ends all started processes that still run. */
export function endStarted(): void {
  for (const group of groups.splice(0)) {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // The process has already ended.
    }
  }
}

/** The line that it prints when it is ready, with the port. */
export const READY = /^Freshet is ready at http:\/\/localhost:(\d+)\/graphql$/m;
