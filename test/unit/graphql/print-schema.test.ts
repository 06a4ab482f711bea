import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSchema } from 'graphql';
import { schemaDrift, schemaText } from '../../../src/print-schema';

describe('the printed schema', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'schema-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is the schema, sorted, the same each time', async () => {
    const text = await schemaText();
    expect(await schemaText()).toBe(text);
    const types = [...text.matchAll(/^(?:type|input|enum|scalar) (\w+)/gm)].map((match) => match[1]);
    expect(types).toEqual([...types].sort());
    expect(buildSchema(text).getQueryType()?.getFields()).toHaveProperty('viewer');
  });

  it('shows where a file differs from the code', async () => {
    const file = path.join(folder, 'schema.graphql');
    expect(await schemaDrift(file)).toContain('is missing');
    writeFileSync(file, await schemaText());
    expect(await schemaDrift(file)).toBe('');
    writeFileSync(file, (await schemaText()).replace('  sessionId: ID!\n', '  sessionID: ID!\n'));
    expect(await schemaDrift(file)).toMatch(/^- +sessionID: ID!$[^]*^\+ +sessionId: ID!$/m);
  });
});
