import { fitBoostedQuantile } from '../../learn/boosted-quantiles';
import { deliveredAt, TRANSIT_STAGES, type TrackedParcel, type TransitStage } from '../parcel';
import { MISS_SHARE } from './adaptive-intervals';
import { CrossFolds } from './cross-folds';
import type { DeliveryModel, StageModel } from './delivery-model';
import { estimateFeatures } from './estimate-features';
import { HubProfile } from './hub-profile';
import { ParcelCalendars } from './parcel-calendars';
import { remainingHours } from './remaining-hours';
import { StageExamples } from './stage-examples';
import { scansInOrder, TransitState, type ReplayedScan } from './transit-state';
import { UsualSteps } from './usual-steps';
import type { IsHoliday } from './working-calendar';

/** A stage with fewer examples gets no regression. */
const MIN_EXAMPLES = 200;
/** Only this number of each stage, the newest ones, are fitted on, so that a fit takes minutes at most. */
const MAX_EXAMPLES = 50_000;

const BOOSTING = { trees: 80, learningRate: 0.1, maxLeaves: 15, minLeafRows: 40, l2: 1, bins: 64 };

/**
 * Fits quantiles of the remaining log-hours of parcels, one regression per stage and level.
 * @param parcels a whole cohort in order of time, old enough that slow parcels are delivered. Otherwise the estimates
 *   are too short. Parcels that never arrived are not used as examples, but their time in hubs counts.
 */
export function fitDeliveryModel(parcels: readonly TrackedParcel[], isHoliday: IsHoliday): DeliveryModel {
  const usual = new CrossFolds(() => new UsualSteps());
  const calendars = new ParcelCalendars(isHoliday);
  for (const parcel of parcels) {
    if (deliveredAt(parcel) === undefined) continue;
    usual.add(parcel, (steps) => steps.add(parcel));
    for (const scan of parcel.scans) calendars.add(parcel, scan);
  }
  const scans = scansInOrder(parcels);
  const profile = hubProfile(scans);
  const stages = new Map<TransitStage, StageModel>();
  for (const [stage, examples] of examplesByStage(scans, usual, calendars, profile))
    if (examples.count >= MIN_EXAMPLES) stages.set(stage, fitStage(examples));
  return { usual: usual.all, calendars, profile, stages };
}

/** Averages the time in each hub by the time of the week. */
function hubProfile(scans: readonly ReplayedScan[]): HubProfile {
  const state = new TransitState();
  const profile = new HubProfile();
  for (const { parcel, scan } of scans) {
    state.apply(parcel, scan);
    if (scan.type !== 'HUB_IN' || scan.hub === null) continue;
    const dwell = state.dwell.now(scan.hub, scan.at);
    if (dwell !== undefined) profile.add(scan.hub, scan.at, dwell);
  }
  return profile;
}

/** Computes features as they were right after each scan. */
function examplesByStage(
  scans: readonly ReplayedScan[],
  usual: CrossFolds<UsualSteps>,
  calendars: ParcelCalendars,
  profile: HubProfile,
): Map<TransitStage, StageExamples> {
  const state = new TransitState();
  const byStage = new Map<TransitStage, StageExamples>(
    TRANSIT_STAGES.map((stage) => [stage, new StageExamples(MAX_EXAMPLES)]),
  );
  for (const { parcel, scan } of scans) {
    const progress = state.apply(parcel, scan);
    const arrival = deliveredAt(parcel);
    if (progress === undefined || arrival === undefined) continue;
    const steps = usual.withoutFoldOf(parcel);
    const features = estimateFeatures(parcel, progress, steps, calendars, state.slowness(profile, scan.at));
    byStage.get(progress.stage)?.add(parcel, features, Math.log(remainingHours(scan.at, arrival)));
  }
  return byStage;
}

function fitStage(examples: StageExamples): StageModel {
  const { design, targets, encoding } = examples.problem();
  const fit = (level: number) => fitBoostedQuantile({ ...BOOSTING, design, targets, level }).model;
  return { encoding, low: fit(MISS_SHARE), median: fit(0.5), high: fit(1 - MISS_SHARE) };
}
