import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { RESOLVERS } from './resolvers';
import { ID } from './graphql/id';
import { buildGraphqlSchema } from './graphql/schema';

/** The language has no place for the description of ID, which is built in. */
const HEADER = `# Printed from the code by \`npm run schema\`. Do not edit.
#
# ID: ${ID.description}

`;

/** Returns the schema in the GraphQL schema language, sorted, so that it changes only when the contract changes. */
export function schemaText(): string {
  return `${HEADER}${printSchema(lexicographicSortSchema(buildGraphqlSchema(RESOLVERS)))}\n`;
}

/** Returns a message with the first line in which the checked-in schema differs from the code; empty if none does. */
export function schemaDrift(file: string): string {
  let checkedIn: string;
  try {
    checkedIn = readFileSync(file, 'utf8');
  } catch {
    return `${file} is missing. Run: npm run schema\n`;
  }
  const before = checkedIn.split('\n');
  const code = schemaText().split('\n');
  const at = code.findIndex((line, n) => line !== before[n]);
  if (at < 0 && before.length === code.length) return '';
  const n = at < 0 ? code.length : at;
  return `line ${n + 1}:\n- ${before[n] ?? '(end of file)'}\n+ ${code[n] ?? '(end of file)'}\n`;
}

function main(): void {
  const file = path.resolve('schema.graphql');
  if (!process.argv.includes('--check')) {
    writeFileSync(file, schemaText());
    process.stderr.write(`wrote ${file}\n`);
    return;
  }
  const drift = schemaDrift(file);
  if (drift === '') return;
  process.stderr.write(`schema.graphql differs from the code (- file, + code). Run: npm run schema\n${drift}`);
  process.exitCode = 1;
}

if (require.main === module) main();
