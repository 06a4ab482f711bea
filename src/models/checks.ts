import { type CheckResult, ok, warning } from '../platform/checks';
import type { Platform } from '../platform/connect';
import type { Room } from '../rooms/room';
import { modelsOf } from './fitter';
import type { ModelKind } from './model-kind';
import { type StoredVersion, VersionStore } from './version.store';

/** The doctor warns if the active model is older than this, because an older model does not know the current season. */
const MAX_MODEL_AGE_DAYS = 14;

const refitAdvice = (kind: ModelKind) =>
  `Workers fit new versions automatically as events arrive; "freshet rebuild ${kind}" fits one now. More events help most.`;

/** Describes a version that was fitted but is not used, because the gate (a comparison on later events) refused it. */
function describeRefusal({ number, reasons }: StoredVersion): string {
  return `the gate REFUSED version ${number}, so it is not used: ${reasons.join('; ')}`;
}

/** Which version of each model is active. */
export async function checks({ pool, artefacts, pubSub }: Platform, rooms: readonly Room[]): Promise<CheckResult[]> {
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
