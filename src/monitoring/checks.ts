import { type CheckResult, fault, warning } from '../platform/checks';
import type { Platform } from '../platform/connect';
import { VERSION } from '../platform/version';
import { SHOP_ARTEFACT, SUBJECTS_ARTEFACT } from '../live-state/live-state-names';

/** Whether this release can read what is stored and queued. */
export const checks = async (platform: Platform): Promise<CheckResult[]> => [
  ...(await checkJobs(platform)),
  ...(await checkArtefactFormats(platform)),
];

/** Checks the queues. Reports nothing if Redis is unreachable, because the check of Redis reports that. */
async function checkJobs({ queues }: Platform): Promise<CheckResult[]> {
  const minRelease = await queues.awaitedRelease().catch(() => undefined);
  if (minRelease === undefined) return [];
  const found = `jobs in the queues need Freshet ${minRelease} or newer; this is ${VERSION}`;
  return [fault('jobs', found, 'Start a worker process of that release; this release leaves the jobs unchanged.')];
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
