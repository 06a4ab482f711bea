import {
  ReplicatedState,
  type ReplicatedStateOptions,
  type StateSource,
} from '../../live-state/replication/replicated-state.read-model';
import type { SparseItemMatrix } from '../artefact/sparse-item-matrix';
import { ServedEase } from './served-ease';

export const EASE_LEASE = 'ease';
export const EASE_TOPIC = 'ease';
/** Processes with missing rows request a checkpoint on this topic. */
export const EASE_REQUEST_TOPIC = 'ease-wanted';
/** Artefact kind of the served EASE rows. The rows are aggregates over the shop and hold no personal data. */
export const EASE_ARTEFACT = 'ease';
/** The oldest release that can read an EASE checkpoint. Raise it when the version of the format changes. */
export const EASE_MIN_RELEASE = '0.2.0';

const EASE_SOURCE: StateSource<ServedEase> = {
  topic: EASE_TOPIC,
  requestTopic: EASE_REQUEST_TOPIC,
  artefact: EASE_ARTEFACT,
  lease: EASE_LEASE,
  empty: () => new ServedEase(),
  *decodeInSteps(bytes) {
    yield;
    return ServedEase.decode(bytes);
  },
  apply: (served, delta) => served.applyDelta(delta),
};

/** This process's replica of the EASE rows, used for scoring. */
export class EaseReadModel extends ReplicatedState<ServedEase> {
  constructor(options: ReplicatedStateOptions) {
    super(options, EASE_SOURCE);
  }

  /** The EASE rows; `null` before the first rows have been computed. */
  get ease(): SparseItemMatrix | null {
    const { rows } = this.state;
    return rows.productIds.length > 0 ? rows : null;
  }
}
