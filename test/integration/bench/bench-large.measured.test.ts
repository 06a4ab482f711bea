import { spawn } from 'node:child_process';
import path from 'node:path';
import { once } from 'node:events';
import type { BenchRow } from '../../../bench/row';
import { countLaunch } from '../../setup/count-launch';

const BENCH = path.resolve(__dirname, '../../../dist/bench/main.js');
/** The numbers of customers, products, events and files. */
const SIZE = '3000,600,30000,2';
const PATIENCE_MS = 900_000;
/** The bench ends before the test does, so that the failure states what it was waiting for. */
const BENCH_PATIENCE_MS = PATIENCE_MS - 30_000;

describe('npm run bench -- large', () => {
  it(
    'imports a small shop while a worker runs, which never loses the lease and fits each model once afterwards',
    async () => {
      const rows = new Map((await benchRows()).map((row) => [row.name, row]));
      const rate = (name: string) => rows.get(name)?.rate ?? NaN;
      expect(rate('import: how often the learner lease changed hands')).toBe(0);
      expect(rate('import: longest from the last line stored until everything is learned')).toBeLessThan(60);
      for (const stage of ['command', 'API', 'worker', 'PostgreSQL'])
        expect(rate(`import: file 2 of 2, CPU time of 100,000 lines, ${stage}`)).toBeGreaterThan(0);
      expect(rate('from the last line stored until the shop has caught up')).toBeGreaterThan(0);
      for (const kind of ['blend', 'segments', 'value', 'behaviour']) {
        expect(rate(`fits begun during the import: ${kind}`)).toBe(0);
        expect(rate(`fits begun after it: ${kind}`)).toBe(1);
      }
      expect(rate('sweeps of profiles begun after it')).toBe(1);
      for (const phase of ['during the import', 'while catching up'])
        expect(rate(`oldest snapshot ${phase}`)).toBeGreaterThan(0);
      for (const kind of ['API', 'worker', 'Redis', 'import'])
        expect(rate(`memory during the import: highest, ${kind}`)).toBeGreaterThan(1);
      for (const name of ['lists of fresh customers, one connection', 'searches, 10 connections'])
        expect(rows.get(name)?.p99).toBeGreaterThan(0);
      for (const name of ['deltas of the learner meanwhile', 'ingest: recordEvents of 100 events', 'refresh of BLEND'])
        expect(rate(name)).toBeGreaterThan(0);
      expect(rate('restart: ready again')).toBeGreaterThan(0);
      expect(rate('worker killed: learning again')).toBeGreaterThan(0);
    },
    PATIENCE_MS,
  );
});

async function benchRows(): Promise<readonly BenchRow[]> {
  const env = { ...process.env, BENCH_LARGE_SIZE: SIZE };
  countLaunch('bench');
  const child = spawn(process.execPath, [BENCH, 'large', '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: BENCH_PATIENCE_MS,
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the bench ended with ${code}: ${errors.slice(-2_000)}`);
  return (JSON.parse(output) as { rows: BenchRow[] }).rows;
}
