import type { WordSegmenter } from './unspaced';

/** jieba as another thread has unpacked it. */
export interface UnpackedJieba {
  /** All of its memory, and for how many of JavaScript's values it has places. */
  readonly memory: Uint8Array;
  readonly places: number;
}

/** What the package's WebAssembly is made of, beside its functions. */
interface Wasm {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly __wbindgen_export_2: { readonly length: number; grow(by: number): number };
}

const PAGE = 65_536;
/** Bytes that are taken over at a time, in a millisecond or two. */
const SLICE = 1024 * 1024;

let loading: Promise<WordSegmenter> | undefined;
let isUsed = false;

/** Whether it is loaded, or about to be. */
export const isJiebaLoaded = (): boolean => loading !== undefined;

/**
 * Chinese words by jieba in search mode (long words and the words in them), compiled to WebAssembly with its dictionary:
 * 62 MB once in a process, 0.1 ms a title, so it is loaded only where a shop has Chinese texts.
 * @param unpacked by another thread, of the same version: to unpack takes 0.3 s and more in one piece; to take over what is unpacked
 * 0.1 s in turns, the longest of some 20 ms. Only the first call of a process loads.
 */
export function loadJieba(unpacked?: UnpackedJieba): Promise<WordSegmenter> {
  return (loading ??= load(unpacked));
}

/** A copy, for {@link loadJieba} in another thread. @throws Error once a text has been taken apart: from then on it holds JavaScript's values */
export async function unpackedJieba(): Promise<UnpackedJieba> {
  await loadJieba();
  if (isUsed) throw new Error('jieba is in use already');
  const { memory, __wbindgen_export_2: values } = wasmOf(await import('jieba-wasm'));
  return { memory: new Uint8Array(memory.buffer.slice(0)), places: values.length };
}

async function load(unpacked: UnpackedJieba | undefined): Promise<WordSegmenter> {
  const jieba = await import('jieba-wasm');
  if (unpacked === undefined)
    jieba.cut('词'); // unpacks the dictionary now, and not in somebody's search
  else await takeOver(wasmOf(jieba), unpacked);
  return {
    id: 'jieba-wasm-2.4',
    segment(text) {
      isUsed = true;
      const codeUnit = codeUnitOffsets(text);
      return jieba
        .tokenize(text, 'search', true)
        .map(({ start, end }): readonly [number, number] => [codeUnit(start), codeUnit(end)]);
    },
  };
}

/**
 * Between two calls memory is all that the module knows, as its stack is empty; and before the first text it holds none of JavaScript's
 * values, only places for them.
 */
async function takeOver({ memory, __wbindgen_export_2: values }: Wasm, { memory: bytes, places }: UnpackedJieba) {
  memory.grow(Math.max(0, bytes.length - memory.buffer.byteLength) / PAGE);
  values.grow(Math.max(0, places - values.length));
  const own = new Uint8Array(memory.buffer);
  for (let at = 0; at < bytes.length; at += SLICE) {
    own.set(bytes.subarray(at, at + SLICE), at);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The package exports it, without saying so in its types. */
const wasmOf = (jieba: object): Wasm => (jieba as { __wasm: Wasm }).__wasm;

/** jieba counts code points. */
function codeUnitOffsets(text: string): (codePoints: number) => number {
  if (!/[\u{10000}-\u{10ffff}]/u.test(text)) return (offset) => offset;
  const offsets = [0];
  for (const character of text) offsets.push(offsets.at(-1)! + character.length);
  return (offset) => offsets[offset];
}
