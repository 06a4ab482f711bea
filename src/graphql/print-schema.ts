import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { diffLines } from './diff-lines';
import { RESOLVERS } from './resolvers';
import { buildGraphqlSchema } from './schema';

const HEADER = '# Printed from the code by `npm run schema`. Do not edit.\n\n';

/** The schema in the GraphQL language, sorted, so that it changes only where the contract does. */
export function schemaText(): string {
  return `${HEADER}${printSchema(lexicographicSortSchema(buildGraphqlSchema(RESOLVERS)))}\n`;
}

/** Where the checked-in schema and the code's differ, as a diff to read; empty where they agree. */
export function schemaDrift(file: string): string {
  let checkedIn = '';
  try {
    checkedIn = readFileSync(file, 'utf8');
  } catch {
    return `${file} is missing: npm run schema writes it\n`;
  }
  return diffLines(checkedIn, schemaText());
}

function main(): void {
  const file = path.resolve('schema.graphql');
  if (!process.argv.includes('--check')) {
    writeFileSync(file, schemaText());
    process.stderr.write(`${file} is written\n`);
    return;
  }
  const drift = schemaDrift(file);
  if (drift === '') return;
  process.stderr.write(`schema.graphql is not what the code says (- file, + code). Run: npm run schema\n${drift}`);
  process.exitCode = 1;
}

if (require.main === module) main();
