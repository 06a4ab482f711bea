/**
 * Prisma's own schema engine, compiled to WebAssembly: what its CLI would download as a binary comes with the packages.
 * It compares datamodels and applies migrations; what would describe a live database does not work.
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

export interface Migration {
  /** The folder's name, `20260101000000_init`. */
  readonly name: string;
  readonly sql: string;
}

/**
 * PrismaPg cuts a script at every `;`, even inside strings and function bodies: send it whole. PostgreSQL then runs it in
 * one transaction. Its complaint is kept, because the engine tells of it only as an external error.
 */
class WholeScriptPg extends PrismaPg {
  complaint: Error | undefined;

  override async connect(): Promise<Awaited<ReturnType<PrismaPg['connect']>>> {
    const adapter = await super.connect();
    adapter.executeScript = async (sql: string) => {
      try {
        await adapter.underlyingDriver().query(sql);
      } catch (error) {
        this.complaint = error as Error;
        throw error;
      }
    };
    return adapter;
  }
}

/** Applies the migrations that `pool` lacks, as `prisma migrate deploy` would. Returns their names. */
export async function applyMigrations(
  pool: Pool,
  namespace: string,
  migrations: readonly Migration[],
): Promise<string[]> {
  const postgres = new WholeScriptPg(pool, { schema: namespace });
  const engine = await startEngine(postgres, '');
  try {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: {
        baseDir: 'prisma/migrations',
        lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"' },
        migrationDirectories: migrations.map(({ name, sql }) => ({
          path: name,
          migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
        })),
        shadowDbInitScript: '',
      },
      filters: NO_FILTERS,
    });
    return appliedMigrationNames;
  } catch (error) {
    throw postgres.complaint ?? error;
  } finally {
    engine.free();
  }
}

/**
 * The SQL that leads from one datamodel to another; from an empty database where `from` is undefined. It names no
 * schema: which one it is about, the connection says.
 */
export async function diffDatamodels(pool: Pool, from: string | undefined, to: string): Promise<string> {
  const engine = await startEngine(new WholeScriptPg(pool), to);
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

async function startEngine(postgres: WholeScriptPg, datamodel: string): Promise<EngineModule.SchemaEngine> {
  const { SchemaEngine } = await loadEngine();
  const adapter = bindMigrationAwareSqlAdapterFactory(postgres);
  const content = datamodel || 'datasource db {\n  provider = "postgresql"\n}\n';
  return SchemaEngine.new({ datamodels: [['schema.prisma', content]] }, () => {}, adapter);
}

let loading: Promise<typeof EngineModule> | undefined;

function loadEngine(): Promise<typeof EngineModule> {
  return (loading ??= instantiate());
}

/** Does what the package's own entry point would leave to a bundler: gives the module its WebAssembly instance. */
async function instantiate(): Promise<typeof EngineModule> {
  const engine = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const imports: Record<string, unknown> = { ...engine };
  for (const name of Object.keys(imports).filter((key) => key.startsWith('__wbg_setTimeout')))
    // Else the timeout of its lock keeps the process up for 10 s.
    imports[name] = (run: () => void, ms: number) => setTimeout(run, ms).unref();
  const file = path.join(path.dirname(require.resolve(MODULE)), 'schema_engine_bg.wasm');
  const wasm = new WebAssembly.Module(readFileSync(file));
  const { exports } = new WebAssembly.Instance(wasm, { './schema_engine_bg.js': imports });
  engine.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  return engine;
}
