import Module from 'node:module';
import path from 'node:path';
import { bootstrapOrExit, root } from './bootstrap.mjs';
import './end-with-parent.mjs';

/**
 * Brings the checkout up to date and runs a built module in this process, as if it had been passed to node: signals,
 * exit code and arguments are the module's.
 * @param {string} module path below dist, such as `cli/main.js`
 */
export async function runBuilt(module) {
  await bootstrapOrExit();
  process.argv[1] = path.join(root, 'dist', module);
  Module.runMain(); // unlike import(), sets `require.main`
}
