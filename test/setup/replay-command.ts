import { spawn } from 'node:child_process';
import path from 'node:path';
import type { TestNamespace } from './shop';

const COMMAND = path.resolve(__dirname, '../../dist/cli/main.js');

export interface ReplayAnswer {
  readonly position: number;
  readonly newest: number;
  readonly events: number;
  readonly equal: boolean;
  readonly differing: number;
  readonly differences: readonly { part: string; key: string; checkpoint: number; replay: number }[];
}

/** `freshet replay` on a shop, as operators run it. */
export function runReplay(
  { databaseUrl, redisUrl, namespace }: TestNamespace,
  args: readonly string[] = ['--json'],
): Promise<{ code: number | null; output: string; errors: string }> {
  const env = { PATH: process.env.PATH, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, NAMESPACE: namespace };
  const child = spawn(process.execPath, [COMMAND, 'replay', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output, errors })));
}

export async function replayed(shop: TestNamespace): Promise<ReplayAnswer> {
  const { output, errors } = await runReplay(shop);
  if (output === '') throw new Error(errors);
  return JSON.parse(output) as ReplayAnswer;
}
