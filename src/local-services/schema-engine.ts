/**
 * Compares datamodels with Prisma's schema engine, compiled to WebAssembly. The engine is part of an npm package,
 * whereas Prisma's CLI downloads a binary. The engine's commands that introspect a live database do not work.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type * as EngineModule from '@prisma/schema-engine-wasm/schema_engine_bg';
import type { Pool } from 'pg';

const MODULE = '@prisma/schema-engine-wasm/schema_engine_bg';
const NO_FILTERS = { externalTables: [], externalEnums: [] };

/**
 * The part of the WebAssembly API that is used here. Its types belong to the DOM library, which this project excludes.
 */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (
    module: object,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: Record<string, () => void> };
};

/**
 * Returns the SQL that migrates a database from one datamodel to another; `from` is undefined for an empty database.
 * The SQL names no PostgreSQL schema, because the connection's search_path selects it.
 */
export async function diffDatamodels(pool: Pool, from: string | undefined, to: string): Promise<string> {
  const engine = await startEngine(new PrismaPg(pool), to);
  try {
    const datamodel = (content: string) => ({
      tag: 'schemaDatamodel' as const,
      files: [{ path: 'schema.prisma', content }],
    });
    const { stdout } = await engine.diff({
      from: from === undefined ? { tag: 'empty' } : datamodel(from),
      to: datamodel(to),
      script: true,
      exitCode: null,
      filters: NO_FILTERS,
    });
    return (stdout ?? '').replace(/(?:^-- CreateSchema\n)?^CREATE SCHEMA [^;]*;\n*/gm, '');
  } finally {
    engine.free();
  }
}

async function startEngine(postgres: PrismaPg, datamodel: string): Promise<EngineModule.SchemaEngine> {
  const { SchemaEngine } = await loadEngine();
  const adapter = bindMigrationAwareSqlAdapterFactory(postgres);
  return SchemaEngine.new({ datamodels: [['schema.prisma', datamodel]] }, () => {}, adapter);
}

let loading: Promise<typeof EngineModule> | undefined;

function loadEngine(): Promise<typeof EngineModule> {
  return (loading ??= instantiate());
}

/** Loads the package and its WebAssembly code. The package's own entry point does that only with a bundler. */
async function instantiate(): Promise<typeof EngineModule> {
  const engine = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const imports: Record<string, unknown> = { ...engine };
  const file = path.join(path.dirname(require.resolve(MODULE)), 'schema_engine_bg.wasm');
  const wasm = new WebAssembly.Module(readFileSync(file));
  const { exports } = new WebAssembly.Instance(wasm, { './schema_engine_bg.js': imports });
  engine.__wbg_set_wasm(exports);
  exports.__wbindgen_start!();
  return engine;
}
