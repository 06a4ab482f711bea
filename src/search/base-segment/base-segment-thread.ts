import type { Config } from '../../config';
import type { ArtefactStore } from '../../platform/artefacts';
import type { Logger } from '../../platform/log';
import { startThread, type Thread } from '../../platform/thread';
import { BASE_ARTEFACT, BASE_LEASE, BASE_MIN_RELEASE, type BaseSegment } from './build-base-segment';
import { encodeSegment } from '../../search-engine/index/segment-codec';
import type { DictionaryState } from '../../search-engine/spelling/spelling-dictionary';
import { segmentDictionary } from '../../search-engine/spelling/segment-dictionary';
import type { UnpackedJieba } from '../../search-engine/text/jieba';
import { programFile } from '../../platform/program-file';

/** The input of the thread that builds a base segment. */
export interface BaseThreadInput {
  readonly config: Config;
  /** Fencing token for storing the segment as an artefact. Without it the thread posts the segment to its parent. */
  readonly keepAs?: number;
  /** Whether the process waits for the segment. If not, the thread runs at the lowest priority. */
  readonly urgent?: boolean;
  /** Whether the thread reads the catalog only after it received {@link START_READING}. */
  readonly waits?: boolean;
  /** Whether to also send the memory of jieba (the Chinese word segmenter) if the catalog needs jieba. */
  readonly unpackJieba?: boolean;
}

/** A base segment as the thread posts it to the process that searches it. */
export interface BaseMessage {
  readonly bytes: Uint8Array;
  readonly dictionary: DictionaryState;
  readonly position: number;
  readonly jieba: boolean;
  /** jieba's memory with the unpacked dictionary, so that the receiver need not unpack the dictionary again. */
  readonly unpackedJieba?: UnpackedJieba;
  readonly figures: BaseFigures;
}

/** Figures for the process's log messages. See {@link BaseSegment} for `read` and `gone`. */
interface BaseFigures {
  readonly documents: number;
  readonly bytes: number;
  readonly words: number;
  readonly read: number;
  readonly gone: number;
}

/** The result of storing a base segment as an artefact. */
export interface StoredBaseSegment {
  readonly position: number;
  readonly documents: number;
  readonly bytes: number;
}

/** The message that lets a waiting thread read the catalog. */
export const START_READING = 'may read';
const RETAINED_ARTEFACTS = 2;

export function startBaseThread(order: BaseThreadInput & { keepAs: number }, log: Logger): Thread<StoredBaseSegment>;
export function startBaseThread(order: BaseThreadInput, log: Logger): Thread<BaseMessage>;
export function startBaseThread(order: BaseThreadInput, log: Logger): Thread<BaseMessage | StoredBaseSegment> {
  return startThread<BaseMessage | StoredBaseSegment>(programFile('search-base.thread'), log, { data: order });
}

/** Returns the message to post, and the buffers to transfer instead of copying. */
export function baseMessage(base: BaseSegment): { message: BaseMessage; transfer: ArrayBuffer[] } {
  const { segment, position, jieba, unpackedJieba, read, gone } = base;
  const bytes = encodeSegment(segment);
  const words = segmentDictionary(segment);
  const dictionary = words.state;
  const figures = { documents: segment.documents, bytes: bytes.byteLength, words: words.size, read, gone };
  const arrays = [bytes, ...Object.values(dictionary.arrays), ...(unpackedJieba ? [unpackedJieba.memory] : [])];
  return {
    message: { bytes, dictionary, position, jieba, unpackedJieba, figures },
    transfer: (arrays as { buffer: ArrayBuffer }[]).map(({ buffer }) => buffer),
  };
}

/** Stores a base segment as an artefact and prunes older ones. @param token fencing token of the lease */
export async function storeBaseSegment(
  artefacts: ArtefactStore,
  base: BaseSegment,
  token: number,
): Promise<StoredBaseSegment> {
  const bytes = encodeSegment(base.segment);
  const { position, read, gone } = base;
  const { documents } = base.segment;
  const figures = { makings: base.buildVersion, documents, read, gone };
  const artefact = { kind: BASE_ARTEFACT, position, bytes, figures, minRelease: BASE_MIN_RELEASE };
  await artefacts.save([artefact], { name: BASE_LEASE, token });
  await artefacts.prune(BASE_ARTEFACT, RETAINED_ARTEFACTS);
  return { position, documents, bytes: bytes.byteLength };
}
