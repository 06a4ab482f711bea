/** `npm run bench [-- NAME]`: runs the benchmarks. */
import { runBuilt } from './run-built.mjs';

await runBuilt('bench/main.js');
