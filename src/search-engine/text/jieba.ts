import type { WordSegmenter } from './unspaced';

/** The state of jieba (a segmenter for Chinese, see {@link loadJieba}) after another thread unpacked its dictionary. */
export interface UnpackedJieba {
  /** The entire WebAssembly memory. */
  readonly memory: Uint8Array;
  /** Length of the table in which the WebAssembly module refers to JavaScript values. */
  readonly tableLength: number;
}

/** The exports of the package's WebAssembly module that are not functions. */
interface JiebaExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly __wbindgen_export_2: { readonly length: number; grow(by: number): number };
}

const PAGE_BYTES = 65_536;
/** Number of bytes that are copied in one slice. Copying them takes 1 to 2 ms. */
const SLICE_BYTES = 1024 * 1024;

let loading: Promise<WordSegmenter> | undefined;
let isUsed = false;

/** Returns whether jieba is loaded or loading. */
export const isJiebaLoaded = (): boolean => loading !== undefined;

/**
 * Loads jieba, a segmenter for Chinese, in search mode (long words and the words within them). It is compiled to
 * WebAssembly with its dictionary and takes 62 MB once per process and 0.1 ms per title. It is only loaded if a shop
 * has Chinese texts. Only the first call of a process loads it.
 * @param unpacked the state of the same jieba version in another thread. Unpacking the dictionary blocks the event loop
 * for 0.3 s or more; copying the unpacked state takes 0.1 s in slices, the longest about 20 ms.
 */
export function loadJieba(unpacked?: UnpackedJieba): Promise<WordSegmenter> {
  return (loading ??= load(unpacked));
}

/**
 * Returns a copy of the state for {@link loadJieba} in another thread.
 * @throws Error after the first text was segmented, because the state then refers to JavaScript values
 */
export async function copyUnpackedJieba(): Promise<UnpackedJieba> {
  await loadJieba();
  if (isUsed) throw new Error('jieba is already in use: copy its state before segmenting the first text');
  const { memory, __wbindgen_export_2: values } = jiebaExportsOf(await import('jieba-wasm'));
  return { memory: new Uint8Array(memory.buffer.slice(0)), tableLength: values.length };
}

async function load(unpacked: UnpackedJieba | undefined): Promise<WordSegmenter> {
  const jieba = await import('jieba-wasm');
  if (unpacked === undefined)
    jieba.cut('词'); // unpacks the dictionary now instead of during the first search
  else await restoreState(jiebaExportsOf(jieba), unpacked);
  return {
    id: 'jieba-wasm-2.4',
    segment(text) {
      isUsed = true;
      const codeUnit = codeUnitOffsets(text);
      return jieba
        .tokenize(text, 'search', true)
        .map(({ start, end }): readonly [number, number] => [codeUnit(start), codeUnit(end)]);
    },
    hasWord(word) {
      isUsed = true;
      return jieba.cut(word, false).length === 1;
    },
  };
}

/**
 * Restores the state. Between two calls the stack is empty, so the memory is the whole state of the module. Before the
 * first text is segmented, its table refers to no JavaScript values, so only the length of the table matters.
 */
async function restoreState(
  { memory, __wbindgen_export_2: values }: JiebaExports,
  { memory: bytes, tableLength }: UnpackedJieba,
) {
  memory.grow(Math.max(0, bytes.length - memory.buffer.byteLength) / PAGE_BYTES);
  values.grow(Math.max(0, tableLength - values.length));
  const target = new Uint8Array(memory.buffer);
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    target.set(bytes.subarray(at, at + SLICE_BYTES), at);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Returns the WebAssembly exports, which the package's types do not declare. */
const jiebaExportsOf = (jieba: object): JiebaExports => (jieba as { __wasm: JiebaExports }).__wasm;

/** Returns a function from code point offsets, which jieba uses, to code unit offsets. */
function codeUnitOffsets(text: string): (codePoints: number) => number {
  if (!/[\u{10000}-\u{10ffff}]/u.test(text)) return (offset) => offset;
  const offsets = [0];
  for (const character of text) offsets.push(offsets.at(-1)! + character.length);
  return (offset) => offsets[offset];
}
