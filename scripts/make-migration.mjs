/**
 * `npm run migration -- NAME`: writes the migration from the datamodel of the last migration to prisma/schema.prisma.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { bootstrapOrExit, root } from './bootstrap.mjs';

const [name] = process.argv.slice(2);
if (!name) {
  process.stderr.write('Usage: npm run migration -- NAME\n');
  process.exit(1);
}
await bootstrapOrExit();
const { writeMigration } = createRequire(import.meta.url)(
  path.join(root, 'dist/src/local-services/write-migration.js'),
);
const file = await writeMigration(name);
process.stderr.write(
  file
    ? `${path.relative(root, file)}: review it before you commit it, and lower min-release if older releases can run on it.\n`
    : 'The datamodel has not changed.\n',
);
