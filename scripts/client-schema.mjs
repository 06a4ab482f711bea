/**
 * `node scripts/client-schema.mjs FILE`: writes schema.graphql as the types from which the client infers document
 * types.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { root } from './bootstrap.mjs';

const schema = buildSchema(readFileSync(path.join(root, 'schema.graphql'), 'utf8'));
const file = path.resolve(root, process.argv[2]);
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(
  file,
  outputIntrospectionFile(minifyIntrospection(introspectionFromSchema(schema)), {
    fileType: '.d.ts',
    shouldPreprocess: true,
  }),
);
