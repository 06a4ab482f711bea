import { spawn } from 'node:child_process';
import path from 'node:path';
import { countLaunch } from './count-launch';
import type { TestNamespace } from './shop';
import { shopHost } from './shop-host-client';

const COMMAND = path.resolve(__dirname, '../../dist/cli/main.js');

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

const settingsOf = ({ databaseUrl, redisUrl, namespace }: TestNamespace, more: NodeJS.ProcessEnv) => ({
  PATH: process.env.PATH,
  DATABASE_URL: databaseUrl,
  REDIS_URL: redisUrl,
  NAMESPACE: namespace,
  ...more,
});

/** Runs `freshet …` on a shop, in the shop host. @param input its standard input */
export async function runCommand(
  shop: TestNamespace,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
  input?: string,
): Promise<Ended> {
  const { error, code, output, errors } = await shopHost().command(args, settingsOf(shop, more), input);
  if (error !== undefined) throw new Error(error);
  return { code, output, errors };
}

/** Runs `freshet …` on a shop in a process of its own, as operators run it. */
export function runCommandProcess(
  shop: TestNamespace,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  countLaunch(`freshet ${args[0]}`);
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: settingsOf(shop, more),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output, errors })));
}
