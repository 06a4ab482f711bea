import { measurePendingErasures } from '../events/pending-erasures.store';
import { measureInbox, measureUnreadable } from '../events/inbox-pressure.store';
import { measurePendingMerges } from '../events/pending-merges.store';
import { newestPosition } from '../events/position.store';
import { modelsOf } from '../models/fitter';
import type { ModelKind } from '../models/model-kind';
import type { Room } from '../rooms/room';
import { type StoredVersion, VersionStore } from '../models/version.store';
import { fault, type CheckResult, ok, warning } from '../platform/checks';
import type { Platform } from '../platform/connect';
import { leaseHolder, leasePosition } from '../platform/lease';
import { VERSION } from '../platform/version';
import { whyUnreadable } from '../live-state/learner/checkpoint.service';
import { LEARNER_LEASE, SHOP_ARTEFACT, SUBJECTS_ARTEFACT } from '../live-state/live-state-names';
import { describeStall } from '../live-state/learner/learner-stall.service';
import { measureLearnerStall } from '../live-state/learner/learner-stall.store';
import {
  countRejectedEvents,
  measureOrderRequests,
  measureOutdatedVisitors,
  measureUnansweredMessages,
  measureUnrecordedShipments,
  measureAdBilling,
} from './doctor.store';
import { measureWaitingConversations } from './waiting-conversations.store';

/** Work that waits for less than this time (ms) is not a fault, because a burst of events can cause the delay. */
const MAX_BURST_MS = 10_000;
/** The learner and the billing of ads are healthy if they are at most this many log positions behind the end of the log. */
const MAX_LEARNER_LAG = 100;
/** Erasures wait for up to `erasureIntervalMs`. Then they are executed together, which takes at most this long (ms). */
const MAX_ERASURE_GROUP_MS = 300_000;
/** Attribution computes a visit seconds after its events, and later after an import. */
const MAX_ATTRIBUTION_DELAY_MS = 600_000;
/** Scans may arrive before the record of their shipment. After this time (ms), the record is probably missing. */
const MAX_UNRECORDED_MS = 24 * 3_600_000;
/** An API process answers messages that a crash left after this time (ms), sweeps included. */
const MAX_ANSWER_DELAY_MS = 30_000;
/** A customer who waits for a person for longer than this (ms) has probably been overlooked. */
const MAX_PERSON_WAIT_MS = 24 * 3_600_000;
/** The doctor warns if the active model is older than this, because an older model does not know the current season. */
const MAX_MODEL_AGE_DAYS = 14;

const refitAdvice = (kind: ModelKind) =>
  `Workers fit new versions automatically as events arrive; "freshet rebuild ${kind}" fits one now. More events help most.`;

/** Describes a version that was fitted but is not used, because the gate (a comparison on later events) refused it. */
function describeRefusal({ number, reasons }: StoredVersion): string {
  return `the gate REFUSED version ${number}, so it is not used: ${reasons.join('; ')}`;
}

/** Checks the state of a shop: pending work, the lag of the learner, rejected events, and models. */
export async function examineShop(platform: Platform, rooms: readonly Room[]): Promise<CheckResult[]> {
  return [
    await checkInbox(platform),
    ...(await checkJobs(platform)),
    await checkMerges(platform),
    await checkLearner(platform),
    await checkRejectedEvents(platform),
    await checkErasures(platform),
    await checkShipments(platform),
    await checkConversations(platform),
    await checkOrderRequests(platform),
    await checkWaitingConversations(platform),
    await checkAttribution(platform),
    await checkAds(platform),
    ...(await checkModels(platform, rooms)),
    ...(await checkArtefactFormats(platform)),
  ];
}

async function checkAttribution({ pool }: Platform): Promise<CheckResult> {
  const { count, ageMs } = await measureOutdatedVisitors(pool);
  if (count === 0) return ok('attribution', 'visits and orders are in the business report');
  const found = `${count} customers and sessions are not in the business report, the first for ${(ageMs / 1_000).toFixed(1)} s`;
  if (ageMs < MAX_ATTRIBUTION_DELAY_MS) return ok('attribution', found);
  return warning('attribution', found, 'A worker process computes them; if one is running, see its log.');
}

/** Checks that ads are billed, and that the sums of their ledger agree. `replay` compares the ledger with the log. */
async function checkAds({ pool }: Platform): Promise<CheckResult> {
  const { lineItems, behind, wrongDays } = await measureAdBilling(pool);
  if (lineItems === 0) return ok('ads', 'there are no line items');
  if (wrongDays > 0) {
    const found = `the spend of ${wrongDays} campaigns and days differs between the sums by day and by product`;
    return fault(
      'ads',
      found,
      'Run "freshet replay", which compares both with the ledger, and the ledger with the log.',
    );
  }
  if (behind <= MAX_LEARNER_LAG) return ok('ads', 'clicks and impressions are billed');
  const found = `the clicks and impressions of the last ${behind} log positions are not billed`;
  return warning('ads', found, 'A worker process bills them; if one is running, see its log.');
}

async function checkInbox({ pool }: Platform): Promise<CheckResult> {
  const unreadable = await measureUnreadable(pool);
  if (unreadable !== null) {
    const { count, minRelease } = unreadable;
    const found = `${count} accepted batches need Freshet ${minRelease} or newer; this is ${VERSION}`;
    return fault('inbox', found, 'Start a worker process of that release; this release leaves the batches unchanged.');
  }
  const { ageMs, events } = await measureInbox(pool);
  if (events === 0) return ok('inbox', 'every accepted event is in the log');
  const found = `${events} accepted events wait, the oldest for ${(ageMs / 1_000).toFixed(1)} s`;
  if (ageMs < MAX_BURST_MS) return ok('inbox', found);
  return fault('inbox', found, 'Start a worker process, or more of them; if they are running, see their logs.');
}

/** Checks the queues. Reports nothing if Redis is unreachable, because the check of Redis reports that. */
async function checkJobs({ queues }: Platform): Promise<CheckResult[]> {
  const minRelease = await queues.awaitedRelease().catch(() => undefined);
  if (minRelease === undefined) return [];
  const found = `jobs in the queues need Freshet ${minRelease} or newer; this is ${VERSION}`;
  return [fault('jobs', found, 'Start a worker process of that release; this release leaves the jobs unchanged.')];
}

async function checkMerges({ pool }: Platform): Promise<CheckResult> {
  const { count, oldestAgeMs } = await measurePendingMerges(pool);
  if (count === 0) return ok('merges', 'every acknowledged merge is in the log');
  const found = `${count} acknowledged merges wait for events in the inbox, the oldest for ${(oldestAgeMs / 1_000).toFixed(1)} s`;
  if (oldestAgeMs < MAX_BURST_MS) return ok('merges', found);
  return warning('merges', found, 'They complete when these events are in the log; see the check "inbox".');
}

async function checkLearner({ pool, artefacts }: Platform): Promise<CheckResult> {
  const unreadable = await whyUnreadable(artefacts);
  if (unreadable !== null) {
    const relearn = 'npm run -s freshet -- replay --relearn.';
    const advice = unreadable.needsRelease ? `Start the newer release, or run: ${relearn}` : `Run: ${relearn}`;
    return fault('learner', unreadable.message, advice);
  }
  const newest = await newestPosition(pool);
  const stall = describeStall(await measureLearnerStall(pool));
  const holder = await leaseHolder(pool, LEARNER_LEASE);
  const position = holder?.position ?? (await leasePosition(pool, LEARNER_LEASE));
  const found = `it has published up to position ${position}; the log is at ${newest}`;
  if (holder === null && newest !== position)
    return fault('learner', `${found}; no worker is learning`, 'Start a worker process: npm run start:worker.');
  if (stall !== null) {
    const advice = 'See the log of the worker that runs the learner. A learner that hangs is replaced automatically.';
    return fault('learner', `${found}; ${stall}`, advice);
  }
  if (newest - position <= MAX_LEARNER_LAG) return ok('learner', found);
  return warning(
    'learner',
    found,
    'It should catch up. If it does not, see the log of the worker that runs the learner.',
  );
}

async function checkRejectedEvents({ pool }: Platform): Promise<CheckResult> {
  const count = await countRejectedEvents(pool);
  if (count === 0) return ok('rejected events', 'there are none');
  const advice = 'The query rejectedEvents returns the reasons; the mutation retryRejectedEvents retries them.';
  return warning('rejected events', `${count} events were rejected from the log`, advice);
}

async function checkErasures({ pool, config }: Platform): Promise<CheckResult> {
  const { count, oldestAgeMs } = await measurePendingErasures(pool);
  if (count === 0) return ok('erasures', 'every requested erasure is done');
  const found = `${count} requested erasures are pending, the oldest for ${(oldestAgeMs / 1_000).toFixed(1)} s`;
  if (oldestAgeMs < config.erasureIntervalMs + MAX_ERASURE_GROUP_MS) return ok('erasures', found);
  const advice =
    'Workers carry out erasures: start one. If one is running, its log has the reason ("an erasure failed and is postponed"); an erasure is retried at least once an hour.';
  return warning('erasures', found, advice);
}

async function checkShipments({ pool }: Platform): Promise<CheckResult> {
  const { count, oldestAgeMs } = await measureUnrecordedShipments(pool);
  if (count === 0) return ok('shipments', 'every scanned parcel belongs to a recorded shipment');
  const hours = (oldestAgeMs / 3_600_000).toFixed(1);
  const found = `${count} parcels have scans and no record, the oldest for ${hours} h`;
  if (oldestAgeMs < MAX_UNRECORDED_MS) return ok('shipments', found);
  const advice = 'Send their shipments with recordShipments; shipments(isRecorded: false) lists them.';
  return warning('shipments', found, advice);
}

async function checkConversations({ pool }: Platform): Promise<CheckResult> {
  const { count, oldestAgeMs } = await measureUnansweredMessages(pool);
  if (count === 0) return ok('conversations', 'no message waits for an automatic answer');
  const found = `${count} messages wait for an automatic answer, the oldest for ${(oldestAgeMs / 1_000).toFixed(1)} s`;
  if (oldestAgeMs < MAX_ANSWER_DELAY_MS) return ok('conversations', found);
  return warning('conversations', found, 'Start an API process; if one is running, its log says why they fail.');
}

async function checkWaitingConversations({ pool }: Platform): Promise<CheckResult> {
  const { count, longestMs } = await measureWaitingConversations(pool);
  if (count === 0) return ok('hand-offs', 'no conversation waits for a person');
  const found = `${count} conversations wait for a person, the longest for ${(longestMs / 3_600_000).toFixed(1)} h`;
  if (longestMs < MAX_PERSON_WAIT_MS) return ok('hand-offs', found);
  return warning('hand-offs', found, 'The page Conversations of the console lists them, the longest wait first.');
}

async function checkOrderRequests({ pool }: Platform): Promise<CheckResult> {
  const { count, oldestAgeMs } = await measureOrderRequests(pool);
  if (count === 0) return ok('order requests', 'no request of a customer waits for a decision');
  const hours = (oldestAgeMs / 3_600_000).toFixed(1);
  const found = `${count} requests of customers wait for a decision, the oldest for ${hours} h`;
  if (oldestAgeMs < MAX_PERSON_WAIT_MS) return ok('order requests', found);
  const advice = 'orderRequests(state: [REQUESTED]) lists them; alertWebhooks says whether they were delivered.';
  return warning('order requests', found, advice);
}

async function checkModels({ pool, artefacts, pubSub }: Platform, rooms: readonly Room[]): Promise<CheckResult[]> {
  const versions = new VersionStore(pool, artefacts, pubSub);
  return Promise.all(
    modelsOf(rooms).map(async ({ kind, withoutIt }) => {
      const [active, [newest]] = await Promise.all([versions.active(kind), versions.page(kind, undefined, 1)]);
      const check = `model ${kind}`;
      const refused = newest?.verdict === 'REFUSED' ? newest : undefined;
      if (active === null) {
        if (refused === undefined) return ok(check, `no version has been fitted yet: ${withoutIt}`);
        return warning(
          check,
          `no version is active: ${describeRefusal(refused)}`,
          `Until one passes, ${withoutIt}. ${refitAdvice(kind)}`,
        );
      }
      const days = (Date.now() - active.fittedAt.getTime()) / 86_400_000;
      const found = `version ${active.number} is active, ${days.toFixed(1)} days old${active.pinned ? ', pinned' : ''}`;
      if (refused !== undefined)
        return warning(
          check,
          `${found}; ${describeRefusal(refused)}`,
          `Version ${active.number} stays active. ${refitAdvice(kind)}`,
        );
      if (days < MAX_MODEL_AGE_DAYS) return ok(check, found);
      const advice = active.pinned
        ? 'It is pinned: promote a newer version without pinning it, so that it is renewed again.'
        : 'The query models returns why the gate refused newer versions; the mutation refreshModel fits one now.';
      return warning(check, found, advice);
    }),
  );
}

/**
 * Reports artefacts (stored models and indexes) that only a newer release can read. The learner's checkpoint has a
 * check of its own.
 */
async function checkArtefactFormats({ artefacts }: Platform): Promise<CheckResult[]> {
  const checkpointKinds = new Set([SHOP_ARTEFACT, SUBJECTS_ARTEFACT]);
  const unreadable = (await artefacts.unreadable()).filter(({ kind }) => !checkpointKinds.has(kind));
  const advice = 'This release skips it and uses the previous one. Start the newer release.';
  return unreadable.map(({ kind, minRelease }) =>
    warning(`artefact ${kind}`, `it needs Freshet ${minRelease} or newer; this is ${VERSION}`, advice),
  );
}
