import { setImmediate } from 'node:timers/promises';
import { ApiError } from '../../graphql/errors';
import { overloadedError } from '../../graphql/limits/overloaded-error';
import type { Stream } from '../../streams/stream.type';
import type { AlertRulePreview } from './alert-preview.type';
import { AlertReplay, type ReplayedAlert } from './alert-replay';
import { AlertRuleError } from './alert-rule';
import { parseAlertSpec } from './parse-alert-rule';
import type { AlertRuleInput } from './alert.type';
import type { ResultsByKey } from './evaluate-rule';
import { readHistoricalObservations, type HistorySources } from './historical-observations';

/** Maximum number of concurrent previews of one process. */
const MAX_CONCURRENT_PREVIEWS = 2;
const MAX_PREVIEW_MS = 5_000;
/** Maximum time for which a preview blocks the event loop before other work continues. */
const SLICE_MS = 5;
const MAX_ALERTS = 100;

export interface PreviewSources extends HistorySources {
  readonly streamOf: (id: string) => Promise<Stream | null>;
}

/** Computes when an unsaved rule would have fired, by running the evaluation on historical observations. */
export class AlertPreviewService {
  private runningCount = 0;

  constructor(
    private readonly sources: PreviewSources,
    private readonly maxMs = MAX_PREVIEW_MS,
  ) {}

  /** Returns a preview, whose `errors` say what is wrong with the rule. @throws ApiError TOO_COMPLEX or OVERLOADED */
  async preview(input: AlertRuleInput): Promise<AlertRulePreview> {
    if (this.runningCount >= MAX_CONCURRENT_PREVIEWS)
      throw overloadedError(
        `This process already computes ${MAX_CONCURRENT_PREVIEWS} previews; retry after retryAfterMs.`,
      );
    this.runningCount++;
    try {
      return await this.computePreview(input);
    } catch (error) {
      if (!(error instanceof AlertRuleError)) throw error;
      const { path, message } = error;
      return { ...EMPTY_PREVIEW, errors: [{ index: 0, code: 'BAD_USER_INPUT', message, path }] };
    } finally {
      this.runningCount--;
    }
  }

  private async computePreview(input: AlertRuleInput): Promise<AlertRulePreview> {
    const spec = await parseAlertSpec(input, this.sources.streamOf);
    const observations = await readHistoricalObservations(spec, this.sources);
    const [oldest, newest] = [observations[0], observations.at(-1)];
    if (oldest === undefined || newest === undefined) return EMPTY_PREVIEW;
    const replay = new AlertReplay(spec.forMs);
    const ranges = new ObservedRanges();
    const began = performance.now();
    let sliceBegan = began;
    for (const { at, observe } of observations) {
      const resultsByKey = observe(replay.keys);
      replay.observe(at, resultsByKey);
      ranges.add(resultsByKey);
      if (performance.now() - sliceBegan < SLICE_MS) continue;
      await setImmediate();
      sliceBegan = performance.now();
      if (sliceBegan - began > this.maxMs)
        throw new ApiError(
          'TOO_COMPLEX',
          `The preview takes more than ${this.maxMs / 1_000} s; restrict the rule to some keys.`,
        );
    }
    const to = Math.max(Date.now(), newest.at);
    replay.advanceTo(to);
    const { alerts } = replay;
    return {
      from: new Date(oldest.at),
      to: new Date(to),
      looks: observations.length,
      fired: alerts.filter(({ firedAt }) => firedAt !== null).length,
      raised: alerts.length,
      alerts: alerts.slice(-MAX_ALERTS).reverse().map(toPreviewedAlert),
      observed: ranges.all(),
      errors: [],
    };
  }
}

const EMPTY_PREVIEW: AlertRulePreview = {
  from: null,
  to: null,
  looks: 0,
  fired: 0,
  raised: 0,
  alerts: [],
  observed: [],
  errors: [],
};

function toPreviewedAlert({
  key,
  startedAt,
  firedAt,
  resolvedAt,
  observed,
}: ReplayedAlert): AlertRulePreview['alerts'][number] {
  return {
    key,
    state: resolvedAt !== null ? 'RESOLVED' : firedAt !== null ? 'FIRING' : 'PENDING',
    startedAt: new Date(startedAt),
    firedAt: firedAt === null ? null : new Date(firedAt),
    resolvedAt: resolvedAt === null ? null : new Date(resolvedAt),
    observed,
  };
}

/** Collects the smallest and the largest value of each number that the rule's conditions read. */
class ObservedRanges {
  private readonly byName = new Map<string, { readonly least: number; readonly greatest: number }>();

  add(resultsByKey: ResultsByKey): void {
    for (const { usedFields } of resultsByKey.values())
      for (const [name, value] of Object.entries(usedFields)) {
        if (typeof value !== 'number') continue;
        const { least, greatest } = this.byName.get(name) ?? { least: value, greatest: value };
        this.byName.set(name, { least: Math.min(least, value), greatest: Math.max(greatest, value) });
      }
  }

  all(): AlertRulePreview['observed'] {
    return [...this.byName].map(([name, range]) => ({ name, ...range }));
  }
}
