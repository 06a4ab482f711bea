import path from 'node:path';
import type { Config } from '../config';
import type { ArtefactStore } from '../platform/artefacts';
import type { Logger } from '../platform/log';
import { startThread, type Thread } from '../platform/thread';
import { BASE_ARTEFACT, BASE_LEASE, BASE_MIN_RELEASE, type Base } from './base-segment.service';
import { encodeSegment } from './index/segment-codec';
import type { DictionaryState } from './spelling/spelling-dictionary';
import { wordsOf } from './spelling/words-of-segment';
import type { UnpackedJieba } from './text/jieba';

/** What the thread is given. */
export interface BaseOrder {
  readonly config: Config;
  /** The fencing token under which it is to be kept as an artefact; else it is sent. */
  readonly keepAs?: number;
  /** Somebody waits for it. */
  readonly urgent?: boolean;
  /** It reads the catalogue only after it was sent {@link MAY_READ}. */
  readonly waits?: boolean;
  /** Whether whoever waits wants jieba with it, where it is needed. */
  readonly unpackJieba?: boolean;
}

/** A base segment on its way to the thread that answers from it. */
export interface BaseMessage {
  readonly bytes: Uint8Array;
  readonly dictionary: DictionaryState;
  readonly position: number;
  readonly jieba: boolean;
  /** As this thread has unpacked it, for whoever has it not. */
  readonly unpackedJieba?: UnpackedJieba;
  readonly figures: BaseFigures;
}

export interface BaseFigures {
  readonly documents: number;
  readonly bytes: number;
  readonly words: number;
  readonly read: number;
  readonly gone: number;
}

/** What became of a base that a worker had made. */
export interface KeptBase {
  readonly position: number;
  readonly documents: number;
  readonly bytes: number;
}

/** To a thread that waits. */
export const MAY_READ = 'may read';
const FILE = path.join(__dirname, '../search-base.thread.js');
const KEPT_ARTEFACTS = 2;

export function startBaseThread(order: BaseOrder & { keepAs: number }, log: Logger): Thread<KeptBase>;
export function startBaseThread(order: BaseOrder, log: Logger): Thread<BaseMessage>;
export function startBaseThread(order: BaseOrder, log: Logger): Thread<BaseMessage | KeptBase> {
  return startThread<BaseMessage | KeptBase>(FILE, log, { data: order });
}

/** The bytes are handed over, not copied. */
export function baseMessage(base: Base): { message: BaseMessage; transfer: ArrayBuffer[] } {
  const { segment, position, jieba, unpackedJieba, read, gone } = base;
  const bytes = encodeSegment(segment);
  const words = wordsOf(segment);
  const dictionary = words.state;
  const figures = { documents: segment.documents, bytes: bytes.byteLength, words: words.size, read, gone };
  const arrays = [bytes, ...Object.values(dictionary.arrays), ...(unpackedJieba ? [unpackedJieba.memory] : [])];
  return {
    message: { bytes, dictionary, position, jieba, unpackedJieba, figures },
    transfer: (arrays as { buffer: ArrayBuffer }[]).map(({ buffer }) => buffer),
  };
}

/** @param token of the lease that entitles to it */
export async function keepBase(artefacts: ArtefactStore, base: Base, token: number): Promise<KeptBase> {
  const bytes = encodeSegment(base.segment);
  const { position, makings, read, gone } = base;
  const { documents } = base.segment;
  const figures = { makings, documents, read, gone };
  const artefact = { kind: BASE_ARTEFACT, position, bytes, figures, minRelease: BASE_MIN_RELEASE };
  await artefacts.save([artefact], { name: BASE_LEASE, token });
  await artefacts.prune(BASE_ARTEFACT, KEPT_ARTEFACTS);
  return { position, documents, bytes: bytes.byteLength };
}
