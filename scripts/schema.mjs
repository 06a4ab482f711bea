/** `npm run schema`: writes schema.graphql; with `--check`, fails if the file is out of date. */
import { runBuilt } from './run-built.mjs';

await runBuilt('src/print-schema.js');
