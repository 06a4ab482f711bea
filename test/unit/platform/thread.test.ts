import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Logger } from '../../../src/platform/log';
import { startThread } from '../../../src/platform/thread';

const folder = mkdtempSync(path.join(tmpdir(), 'freshet-thread-'));
let count = 0;

function start(program: string, onMessage?: (message: string) => void) {
  const file = path.join(folder, `program-${count++}.thread.js`);
  writeFileSync(file, program);
  const warnings: unknown[] = [];
  const log = { warn: (fields: unknown) => warnings.push(fields) } as unknown as Logger;
  return { thread: startThread<string>(file, log, { onMessage }), warnings };
}

const told = () => new Promise((resolve) => setImmediate(resolve));

describe('a thread', () => {
  afterAll(() => rmSync(folder, { recursive: true }));

  it('returns its last message', async () => {
    const { thread, warnings } = start(
      "const { parentPort } = require('node:worker_threads'); parentPort.postMessage('a'); parentPort.postMessage('b');",
    );
    expect(await thread.ended).toBe('b');
    expect(warnings).toEqual([]);
  });

  it('that is ended from outside has no result, and causes no warning', async () => {
    for (const running of [false, true]) {
      let heard: () => void = () => undefined;
      const begun = new Promise<void>((resolve) => (heard = resolve));
      const { thread, warnings } = start(
        "require('node:worker_threads').parentPort.postMessage('begun'); setInterval(() => undefined, 1_000);",
        () => heard(),
      );
      if (running) await begun;
      const ended = expect(thread.ended).rejects.toThrow(`ended with exit code ${running ? 1 : 0}`);
      await thread.terminate();
      await ended;
      await told();
      expect(warnings).toEqual([]);
    }
  });

  it('that fails or gives up by itself is reported', async () => {
    for (const [program, error] of [
      ["throw new Error('broken')", 'broken'],
      ['process.exit(3)', 'ended with exit code 3'],
    ]) {
      const { thread, warnings } = start(program);
      await expect(thread.ended).rejects.toThrow(error);
      await told();
      expect(warnings).toEqual([expect.objectContaining({ error: expect.stringContaining(error) })]);
    }
  });
});
