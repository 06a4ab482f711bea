/**
 * Prisma's own schema engine, compiled to WebAssembly: what its CLI would download as a binary comes with the packages.
 * It compares datamodels; what would describe a live database does not work.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type * as EngineModule from '@prisma/schema-engine-wasm/schema_engine_bg';
import type { Pool } from 'pg';

const MODULE = '@prisma/schema-engine-wasm/schema_engine_bg';
const NO_FILTERS = { externalTables: [], externalEnums: [] };

/** Of the platform's WebAssembly as much as is used here: its types come with the DOM's, which this project leaves out. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (
    module: object,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: Record<string, () => void> };
};

/**
 * The SQL that leads from one datamodel to another; from an empty database where `from` is undefined. It names no
 * schema: which one it is about, the connection says.
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

/** Does what the package's own entry point would leave to a bundler: gives the module its WebAssembly instance. */
async function instantiate(): Promise<typeof EngineModule> {
  const engine = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const imports: Record<string, unknown> = { ...engine };
  const file = path.join(path.dirname(require.resolve(MODULE)), 'schema_engine_bg.wasm');
  const wasm = new WebAssembly.Module(readFileSync(file));
  const { exports } = new WebAssembly.Instance(wasm, { './schema_engine_bg.js': imports });
  engine.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  return engine;
}
