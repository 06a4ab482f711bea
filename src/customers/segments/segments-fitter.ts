import { decodeIfReadable } from '../../models/fitter';
import type { GateEvidence } from '../../models/gate-evidence';
import type { Fitter } from '../../models/fitter';
import { readBuyers } from '../purchases/read-buyers';
import { featureAssigner } from './assign-segment';
import { fitSegments, type SegmentsFit } from './fit-segments';
import { segmentFeatures, type SegmentFeatures } from './segment-features';
import { decodeSegments, encodeSegments, type SegmentsArtefact } from './segments-artefact';
import { presentDistances } from './present-distances';
import { readEditedNames, readNextSegmentId } from './segment-names.store';

const SEGMENTS_FORMAT = 'customer-segments 1';

/** If a shop has more customers, a fit reads a sample of them. */
const MAX_CUSTOMERS = 300_000;
/** The gate compares versions on about this many customers. */
const MAX_COMPARED = 20_000;
/** Customers per timing round, and number of rounds. */
const TIMED_CUSTOMERS = 200;
const TIMED_ROUNDS = 5;

/** Fits the segments of the shop's customers from their purchases as of now. */
export const segmentsFitter: Fitter = {
  format: SEGMENTS_FORMAT,
  async fit({ pool, incumbent, seed, ignoresErasures, onProgress }) {
    onProgress(0, 'reading the log');
    const asOf = Date.now();
    const customers: SegmentFeatures[] = [];
    const { position, currency, weight, dataHash } = await readBuyers(pool, {
      ignoresErasures,
      asOf,
      maxCustomers: MAX_CUSTOMERS,
      onBuyer: (summary) => {
        const features = segmentFeatures(summary);
        if (features !== null) customers.push(features);
      },
      onProgress: (share) => onProgress(0.5 * share, 'reading the log'),
    });
    if (currency === null) return { tooLittleAt: position, reason: 'no product or purchase has a price' };
    const previous = decodeIfReadable(incumbent, decodeSegments);
    const fit = fitSegments(customers, {
      asOf,
      currency,
      previous,
      minNextId: await readNextSegmentId(pool),
      editedNames: await readEditedNames(pool),
      seed,
      onProgress: (progress, stage) => onProgress(0.5 + 0.5 * progress, stage),
    });
    if ('reason' in fit) return { tooLittleAt: position, reason: fit.reason };
    const { artefact, rule, stability, distance, continuity } = fit;
    return {
      bytes: encodeSegments(artefact),
      position,
      dataHash,
      parameters: {
        format: SEGMENTS_FORMAT,
        nextId: artefact.nextId,
        asOf,
        currency,
        customerWeight: weight,
        rule,
        stability,
        sizes: Object.fromEntries(artefact.segments.map(({ id, size }) => [id, size])),
      },
      figures: {
        customers: customers.length,
        segments: artefact.segments.length,
        distance,
        ...(continuity && { changedShare: continuity.changedShare, adjustedRandIndex: continuity.adjustedRandIndex }),
      },
      evidence: segmentsEvidence(fit, customers, previous),
    };
  },
};

function segmentsEvidence(
  { artefact, rule, heldOut }: SegmentsFit,
  customers: readonly SegmentFeatures[],
  previous: SegmentsArtefact | null,
): GateEvidence {
  const step = Math.ceil(customers.length / MAX_COMPARED);
  const compared = customers.filter((_, place) => place % step === 0);
  // More segments always have smaller distances, so versions are compared only while the segments continue.
  const present = presentDistances(compared, artefact, rule === 'PREVIOUS' ? previous : null);
  return {
    unit: 'customer',
    measures: [
      { name: 'squared distance', isLoss: true, best: null, ...present },
      { name: 'squared distance, held out', isLoss: true, ...heldOut, incumbent: null, best: null },
    ],
    baselineName: 'one segment',
    finite: heldOut.candidate.every(Number.isFinite),
    time: {
      candidateMs: assignMs(artefact, customers),
      incumbentMs: previous && assignMs(previous, customers),
    },
  };
}

/** Returns milliseconds per assignment in the fastest round, because a fit runs at the lowest priority. */
function assignMs(artefact: SegmentsArtefact, customers: readonly SegmentFeatures[]): number {
  const assign = featureAssigner(artefact);
  const timed = customers.slice(0, TIMED_CUSTOMERS);
  let shortestMs = Infinity;
  for (let round = 0; round < TIMED_ROUNDS; round++) {
    const began = performance.now();
    for (const customer of timed) assign(customer);
    shortestMs = Math.min(shortestMs, performance.now() - began);
  }
  return shortestMs / Math.max(1, timed.length);
}
