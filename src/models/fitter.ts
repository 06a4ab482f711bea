import type { Pool } from '../platform/postgres';
import type { Room } from '../rooms/room';
import type { GateEvidence } from './gate-evidence';
import type { ModelKind } from './model-kind';

export interface FitContext {
  readonly pool: Pool;
  /**
   * The bytes of the active version. The new model (the candidate) is compared with it on the held-out time, the newest
   * part of the data.
   */
  readonly incumbent: Uint8Array | null;
  /**
   * The bytes of the best version so far. The candidate is also compared with it. Null if it is the active version or
   * is not stored.
   */
  readonly best: Uint8Array | null;
  readonly seed: number;
  /**
   * Whether an erasure during the read does not end the fit. Then the version may contain data of the erased person, as one
   * that was fitted before the erasure does, until the next refresh.
   */
  readonly ignoresErasures?: boolean;
  /** @param progress from 0 to 1 */
  readonly onProgress: (progress: number, stage: string) => void;
}

/** The data does not span enough time for a held-out part. */
export interface NoEvidence {
  /** What is missing, as the end of a sentence: `at least two months of purchases are needed`. */
  readonly needed: string;
}

/**
 * A candidate, fitted on all data. The gate (which decides whether the candidate becomes active) evaluates a second
 * model, which was fitted only on the data before the held-out time.
 */
export interface Fitted {
  readonly bytes: Uint8Array;
  /** The log position up to which the candidate was fitted. */
  readonly position: number;
  /** SHA-256 of the data that the candidate was fitted on. */
  readonly dataHash: Uint8Array;
  /** All parameters of the fit: those that were configured and those that the fitter chose. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Measurements of the fit itself; the gate adds others. */
  readonly figures: Readonly<Record<string, number>>;
  /** The evaluation for the gate, or why there is none. */
  readonly evidence: GateEvidence | NoEvidence;
}

/** There is too little data for a version. */
export interface TooLittle {
  /** The log position up to which the fitter read the log. */
  readonly tooLittleAt: number;
  /** What is there and what is needed, for the operator. */
  readonly reason?: string;
}

/** Decodes a version. Returns null without one, and if it has another format, so that it can't be compared. */
export function decodeIfReadable<Version>(
  bytes: Uint8Array | null,
  decode: (bytes: Uint8Array) => Version,
): Version | null {
  try {
    return bytes && decode(bytes);
  } catch {
    return null;
  }
}

/** Fits one kind of model. A fit is CPU-bound, so it runs in a separate process of low priority. */
export interface Fitter {
  /**
   * The format of the versions that it fits, which the parameter `format` of a version names. A refit is due if the
   * active version has another format.
   */
  readonly format: string;
  /** A refit because of new data is due at the earliest this long after the last fit ended. Default: 0. */
  readonly minIntervalMs?: number;
  fit(context: FitContext): Promise<Fitted | TooLittle>;
  /**
   * Returns whether a refit is due. Absent for a model that learns from the log: its refit is due when the log has grown.
   * @param fittedPosition the log position up to which the last fit read its data; null if there was no fit
   */
  isDue?(pool: Pool, fittedPosition: number | null): Promise<boolean>;
}

/** A kind of models, as it is fitted and stored. */
export interface FittedKind {
  readonly kind: ModelKind;
  readonly fitter: () => Promise<Fitter>;
  /** The oldest release that can read newly stored versions. Raise it when the stored format changes. */
  readonly minRelease: string;
  /**
   * The bytes of the newest versions that passed the gate are retained, up to this number (default: 6). Those of the active
   * and the best version are always retained.
   */
  readonly retained?: number;
}

/** What a room says about a kind of models. */
export interface RoomModel extends FittedKind {
  /** For the schema. */
  readonly description: string;
  /** What the shop does while no version is active. */
  readonly withoutIt: string;
  /** Whether it is fitted after those of all rooms, because a new shop misses it least. */
  readonly isLast?: boolean;
}

declare module '../rooms/room' {
  interface RoomStatics {
    /** The kinds of models that the room fits. Kinds that others are computed with come first. */
    readonly models?: readonly RoomModel[];
  }
}

/** Returns the kinds of models of all rooms, in the order in which they are fitted. */
export const modelsOf = (rooms: readonly Room[]): RoomModel[] =>
  rooms
    .flatMap(({ models = [] }) => models)
    .sort(({ isLast: a = false }, { isLast: b = false }) => Number(a) - Number(b));

export const kindsOf = (rooms: readonly Room[]): ModelKind[] => modelsOf(rooms).map(({ kind }) => kind);

/** Returns what a room says about a kind of models. @throws Error if no room has it */
export function modelOf(rooms: readonly Room[], kind: ModelKind): RoomModel {
  const model = modelsOf(rooms).find((each) => each.kind === kind);
  if (model === undefined) throw new Error(`No room fits models of the kind ${kind}.`);
  return model;
}
