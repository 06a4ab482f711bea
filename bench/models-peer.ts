import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const SCRIPT = path.resolve(__dirname, '../../bench/models-peer.py');

/** The time that numpy or scipy took for the same work. */
export interface PeerResult {
  /** Name and version. */
  readonly peer: string;
  /** Milliseconds: median of the wall clock, and of CPU time over all threads. */
  readonly p50: number;
  readonly cpu: number;
  /** The result, as a raw file of f64. */
  readonly output: Float64Array;
}

/**
 * Runs the same work with numpy or scipy in its own process.
 * @param inputs raw files by name, in the processor's byte order
 * @returns undefined if Python or the library is missing
 */
export function askPeer(
  work: 'inverse' | 'cosine' | 'ials',
  inputs: Readonly<Record<string, ArrayBufferView>>,
  sizes: readonly number[],
  output?: string,
): PeerResult | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'freshet-peer-'));
  try {
    for (const [name, values] of Object.entries(inputs)) writeFileSync(path.join(folder, name), bytesOf(values));
    const { status, stdout, stderr } = spawnSync('python3', [SCRIPT, work, folder, ...sizes.map(String)], {
      encoding: 'utf8',
    });
    if (status !== 0) {
      console.error(`${work} is NOT COMPARED: ${stderr?.trim().split('\n').pop() || 'there is no python3'}`);
      return undefined;
    }
    const bytes = output === undefined ? Buffer.alloc(0) : readFileSync(path.join(folder, output));
    const result = JSON.parse(stdout) as Omit<PeerResult, 'output'>;
    return { ...result, output: new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
