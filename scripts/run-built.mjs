import Module from 'node:module';
import path from 'node:path';
import { bootstrapOrExit, root } from './bootstrap.mjs';

/**
 * Brings the checkout up to date and runs a built module in this very process, as if node had been given it: signals, exit
 * code and arguments are the module's.
 * @param {string} module its path below dist, `cli/main.js`
 */
export async function runBuilt(module) {
  await bootstrapOrExit();
  process.argv[1] = path.join(root, 'dist', module);
  Module.runMain(); // unlike import(), makes it `require.main`
}
