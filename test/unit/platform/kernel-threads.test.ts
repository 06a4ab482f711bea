import { instantiate, withThreads } from '../../../src/learn/wasm';
import { kernelThreads } from '../../../src/platform/kernel-threads';
import { loadKernels } from '../../../src/platform/kernels';

const { symmetricMatrix } = loadKernels();
const TILE = 131_072;

interface Exports {
  sweepStore(tiles: number, blocks: number, k: number, w: number, part: number, parts: number): void;
}

function start() {
  if (symmetricMatrix === undefined) throw new Error('this machine runs no kernels');
  return { module: symmetricMatrix, wasm: instantiate<Exports>(symmetricMatrix, 20 * TILE) };
}

describe('threads of a kernel', () => {
  it('share one memory, and each does its part once', () => {
    const { module, wasm } = start();
    const cells = new Float64Array(wasm.buffer);
    // Block column 0 of four block rows gets panel w, whose strips hold their own positions.
    const w = 12 * TILE;
    for (let at = 0; at < (4 * TILE) / 8; at++) cells[w / 8 + at] = at;
    const asked: number[] = [];
    withThreads(module, wasm, kernelThreads(2), (shareOut, parts) => {
      expect(parts).toBe(3);
      for (let round = 0; round < 3; round++)
        shareOut('sweepStore', (part) => {
          asked.push(part);
          return [0, 4, 0, w, part, parts];
        });
    });
    expect(asked).toEqual([1, 2, 0, 1, 2, 0, 1, 2, 0]);
    for (const i of [1, 2, 3]) expect(cells[((i * (i + 1)) / 2) * (TILE / 8)]).toBe((i * TILE) / 8);
  });

  it('that fail make their caller fail', () => {
    const { module, wasm } = start();
    expect(() =>
      withThreads(module, wasm, kernelThreads(1), (shareOut) =>
        shareOut('sweepStore', (part) => [0, part === 0 ? 1 : 4, 0, part === 0 ? 0 : 2 ** 31, 0, 1]),
      ),
    ).toThrow('a thread of a kernel failed');
  });

  it('are not started if none are requested', () => {
    const { module, wasm } = start();
    withThreads(module, wasm, undefined, (_, parts) => expect(parts).toBe(1));
    withThreads(module, wasm, kernelThreads(0), (_, parts) => expect(parts).toBe(1));
  });
});
