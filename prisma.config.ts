import { defineConfig } from 'prisma/config';

// Prisma's CLI looks for a schema engine before it does anything, and would download it. Generating and validating never
// run it, so any program that exists will do; migrations go through its WebAssembly build (src/local-services/schema-engine.ts).
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } });
