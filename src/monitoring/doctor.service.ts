import { measurePendingErasures } from '../erasure/pending-erasures.service';
import { measureInbox, measureUnreadable } from '../events/inbox-pressure.service';
import { measurePendingMerges } from '../events/pending-merges.service';
import { newestPosition } from '../events/position';
import { MODEL_KINDS, type ModelKind } from '../models/model-kind';
import { type StoredVersion, VersionStore } from '../models/version-store.service';
import { fault, type Finding, ok, warning } from '../platform/checks';
import type { Platform } from '../platform/connect';
import { leaseHolder, leasePosition } from '../platform/lease';
import { VERSION } from '../platform/version';
import { whyUnreadable } from '../recommend/checkpoint.service';
import { LEARNER_LEASE, SHOP_ARTEFACT, SUBJECTS_ARTEFACT } from '../recommend/learner-names';
import { describeStall, measureLearnerStall } from '../recommend/learner-stall.service';

/** Waiting for longer than this is no burst, ms. */
const LONG_MS = 10_000;
/** Positions that a learner may be behind while it works. */
const FAR = 100;
/** Erasures that are requested together end within a few minutes after the interval between two groups, ms. */
const LONG_ERASURE_MS = 300_000;
/** Older models miss a season. */
const OLD_DAYS = 14;

const WITHOUT_MODEL: Readonly<Record<ModelKind, string>> = {
  blend: 'lists are ranked by a fixed formula (rank fusion of the candidate sources) instead of a fitted model',
  search: 'search results are ranked by a fixed formula instead of a fitted model',
};

const FIT_AGAIN = (kind: ModelKind) =>
  `Workers fit a new version by themselves as events come in; "freshet rebuild ${kind}" fits one now. More events help most.`;

/** The gate compares a fitted version with the active one, or with a baseline, on time that neither has seen. */
function refusal({ number, reasons }: StoredVersion): string {
  return `the gate REFUSED version ${number}, so it is not used: ${reasons.join('; ')}`;
}

/** How a shop is: what waits, what is behind, what was set aside, what is old. */
export async function examineShop(platform: Platform): Promise<Finding[]> {
  return [
    await inbox(platform),
    ...(await jobs(platform)),
    await merges(platform),
    await learner(platform),
    await rejects(platform),
    await erasures(platform),
    ...(await models(platform)),
    ...(await artefactFormats(platform)),
  ];
}

async function inbox({ pool }: Platform): Promise<Finding> {
  const unreadable = await measureUnreadable(pool);
  if (unreadable !== null) {
    const { count, minRelease } = unreadable;
    const found = `${count} accepted batches need Freshet ${minRelease} or newer; this is ${VERSION}`;
    return fault('inbox', found, 'Start a worker process of that release: this one leaves them as they are.');
  }
  const { ageMs, events } = await measureInbox(pool);
  if (events === 0) return ok('inbox', 'every accepted event is in the log');
  const found = `${events} accepted events wait, the oldest for ${(ageMs / 1_000).toFixed(1)} s`;
  if (ageMs < LONG_MS) return ok('inbox', found);
  return fault('inbox', found, 'Start a worker process, or more of them; their log says what holds them up.');
}

/** Where Redis is not reached, its own check says so. */
async function jobs({ queues }: Platform): Promise<Finding[]> {
  const minRelease = await queues.releaseAwaited().catch(() => undefined);
  if (minRelease === undefined) return [];
  const found = `jobs in the queues need Freshet ${minRelease} or newer; this is ${VERSION}`;
  return [fault('jobs', found, 'Start a worker process of that release: this one leaves them as they are.')];
}

async function merges({ pool }: Platform): Promise<Finding> {
  const { count, oldestAgeMs } = await measurePendingMerges(pool);
  if (count === 0) return ok('merges', 'every acknowledged merge is in the log');
  const found = `${count} acknowledged merges wait for events in the inbox, the oldest for ${(oldestAgeMs / 1_000).toFixed(1)} s`;
  if (oldestAgeMs < LONG_MS) return ok('merges', found);
  return warning('merges', found, 'They are done when the events are in the log: see the inbox.');
}

async function learner({ pool, artefacts }: Platform): Promise<Finding> {
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
  const found = `it has told up to position ${position}, the log is at ${newest}`;
  if (holder === null && newest !== position)
    return fault('learner', `${found}, and nobody learns`, 'Start a worker process: npm run start:worker.');
  if (stall !== null) {
    const advice = 'The log of the worker that learns says why. A learner that hangs is replaced by itself.';
    return fault('learner', `${found}; ${stall}`, advice);
  }
  if (newest - position <= FAR) return ok('learner', found);
  return warning('learner', found, 'It catches up. If it does not, look at what the worker that learns logs.');
}

async function rejects({ pool }: Platform): Promise<Finding> {
  const { rows } = await pool.query<{ count: number }>('SELECT count(*)::int AS count FROM rejected_events');
  if (rows[0].count === 0) return ok('rejected events', 'there are none');
  const advice = 'The query rejectedEvents says why of each; retryRejectedEvents tries again.';
  return warning('rejected events', `${rows[0].count} could not enter the log`, advice);
}

async function erasures({ pool, config }: Platform): Promise<Finding> {
  const { count, oldestAgeMs } = await measurePendingErasures(pool);
  if (count === 0) return ok('erasures', 'every requested erasure is done');
  const found = `${count} requested erasures are pending, the oldest for ${(oldestAgeMs / 1_000).toFixed(1)} s`;
  if (oldestAgeMs < config.erasureIntervalMs + LONG_ERASURE_MS) return ok('erasures', found);
  const advice =
    'Workers carry out erasures: start one. Where one runs, its log says why an erasure failed ("an erasure failed and is postponed"); it is tried again at least once an hour.';
  return warning('erasures', found, advice);
}

async function models({ pool, artefacts, pubSub }: Platform): Promise<Finding[]> {
  const versions = new VersionStore(pool, artefacts, pubSub);
  return Promise.all(
    MODEL_KINDS.map(async (kind) => {
      const [active, [newest]] = await Promise.all([versions.active(kind), versions.page(kind, undefined, 1)]);
      const check = `model ${kind}`;
      const refused = newest?.verdict === 'REFUSED' ? newest : undefined;
      if (active === null) {
        if (refused === undefined) return ok(check, `no version has been fitted yet: ${WITHOUT_MODEL[kind]}`);
        return warning(
          check,
          `no version is active: ${refusal(refused)}`,
          `Until one passes, ${WITHOUT_MODEL[kind]}. ${FIT_AGAIN(kind)}`,
        );
      }
      const days = (Date.now() - active.fittedAt.getTime()) / 86_400_000;
      const found = `version ${active.number} is active, ${days.toFixed(1)} days old${active.pinned ? ', pinned' : ''}`;
      if (refused !== undefined)
        return warning(
          check,
          `${found}; ${refusal(refused)}`,
          `Version ${active.number} stays active. ${FIT_AGAIN(kind)}`,
        );
      if (days < OLD_DAYS) return ok(check, found);
      const advice = active.pinned
        ? 'It is pinned: promote a newer version without pinning to let it be renewed.'
        : 'The query models says what the gate had against newer ones; refreshModel makes one now.';
      return warning(check, found, advice);
    }),
  );
}

/** What a newer release has written and this one skips. The learner's checkpoint has a finding of its own. */
async function artefactFormats({ artefacts }: Platform): Promise<Finding[]> {
  const learned = new Set([SHOP_ARTEFACT, SUBJECTS_ARTEFACT]);
  const unreadable = (await artefacts.unreadable()).filter(({ kind }) => !learned.has(kind));
  const advice = 'This release skips it and goes on with what it has. Start the newer release.';
  return unreadable.map(({ kind, minRelease }) =>
    warning(`artefact ${kind}`, `it needs Freshet ${minRelease} or newer; this is ${VERSION}`, advice),
  );
}
