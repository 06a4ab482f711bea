import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { ID } from './graphql/id';
import { buildGraphqlSchema } from './graphql/schema';
import { resolverClasses } from './rooms/open-rooms';
import { SHOP } from './shop';

/** The language has no place for the description of ID, which is built in. */
const HEADER = `# Printed from the code by \`npm run schema\`. Do not edit.
#
# ID: ${ID.description}

`;

/** Returns the schema in the GraphQL schema language, sorted, so that it changes only when the contract changes. */
export async function schemaText(): Promise<string> {
  const schema = buildGraphqlSchema(await resolverClasses(SHOP));
  return `${HEADER}${printSchema(lexicographicSortSchema(schema))}\n`;
}

/** Returns a message with the first line in which the checked-in schema differs from the code; empty if none does. */
export async function schemaDrift(file: string): Promise<string> {
  let checkedIn: string;
  try {
    checkedIn = readFileSync(file, 'utf8');
  } catch {
    return `${file} is missing. Run: npm run schema\n`;
  }
  const before = checkedIn.split('\n');
  const code = (await schemaText()).split('\n');
  const at = code.findIndex((line, n) => line !== before[n]);
  if (at < 0 && before.length === code.length) return '';
  const n = at < 0 ? code.length : at;
  return `line ${n + 1}:\n- ${before[n] ?? '(end of file)'}\n+ ${code[n] ?? '(end of file)'}\n`;
}

async function main(): Promise<void> {
  const file = path.resolve('schema.graphql');
  if (!process.argv.includes('--check')) {
    writeFileSync(file, await schemaText());
    process.stderr.write(`wrote ${file}\n`);
    return;
  }
  const drift = await schemaDrift(file);
  if (drift === '') return;
  process.stderr.write(`schema.graphql differs from the code (- file, + code). Run: npm run schema\n${drift}`);
  process.exitCode = 1;
}

if (require.main === module) void main();
