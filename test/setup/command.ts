import { spawn } from 'node:child_process';
import path from 'node:path';
import type { TestNamespace } from './shop';

const COMMAND = path.resolve(__dirname, '../../dist/cli/main.js');

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs `freshet …` on a shop, as operators run it. */
export function runCommand(
  { databaseUrl, redisUrl, namespace }: TestNamespace,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const env = { PATH: process.env.PATH, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, NAMESPACE: namespace, ...more };
  const child = spawn(process.execPath, [COMMAND, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output, errors })));
}
