/**
 * Preloaded into the processes that a bench measures (`node --require`), and so into their threads. Twice a second it
 * appends the longest block of each event loop, as `TIME MILLISECONDS PROGRAM`, to the file that BENCH_BLOCKS names.
 */
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const EVERY_MS = 500;
/** Shorter blocks occur in any process on a machine with other work. */
const MIN_BLOCK_MS = 20;

const file = process.env.BENCH_BLOCKS;
if (file !== undefined) {
  // A thread's program is known only after the preloaded code has run. A thread that runs code from a string has no
  // name.
  const program = () => {
    const script = process.argv[1] ?? '';
    if (!path.isAbsolute(script)) return 'unnamed-thread';
    return path.join(path.basename(path.dirname(script)), path.basename(script));
  };
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  setInterval(() => {
    const longest = delay.max / 1e6;
    delay.reset();
    if (longest > MIN_BLOCK_MS) appendFileSync(file, `${Date.now()} ${longest.toFixed(1)} ${program()}\n`);
  }, EVERY_MS).unref();
}
