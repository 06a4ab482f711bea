import { setImmediate } from 'node:timers/promises';
import { ApiError } from '../../graphql/errors';
import { overloaded } from '../../graphql/overloaded';
import type { Stream } from '../../streams/stream.type';
import type { AlertRulePreview } from './alert-preview.type';
import { AlertReplay, type ReplayedAlert } from './alert-replay';
import { RuleFault } from './alert-rule';
import { specOf } from './alert-spec.service';
import type { AlertRuleInput } from './alert.type';
import type { ObservedKeys } from './observed';
import { pastLooks, type PastSources } from './past-looks.service';

/** Maximum number of concurrent previews of one process. */
const MAX_CONCURRENT_PREVIEWS = 2;
const MAX_PREVIEW_MS = 5_000;
/** How long a preview may block the event loop before it yields. */
const SLICE_MS = 5;
const MAX_ALERTS = 100;

export interface PreviewSources extends PastSources {
  readonly streamOf: (id: string) => Promise<Stream | null>;
}

/** Computes when an unsaved rule would have fired, by running the evaluation on historical observations. */
export class AlertPreviewService {
  private underWay = 0;

  constructor(
    private readonly sources: PreviewSources,
    private readonly longestMs = MAX_PREVIEW_MS,
  ) {}

  /** Returns a preview; errors of the rule are in its `errors`. @throws ApiError TOO_COMPLEX or OVERLOADED */
  async preview(input: AlertRuleInput): Promise<AlertRulePreview> {
    if (this.underWay >= MAX_CONCURRENT_PREVIEWS)
      throw overloaded(`This process already computes ${MAX_CONCURRENT_PREVIEWS} previews; retry after retryAfterMs.`);
    this.underWay++;
    try {
      return await this.answer(input);
    } catch (error) {
      if (!(error instanceof RuleFault)) throw error;
      const { path, message } = error;
      return { ...NOTHING, errors: [{ index: 0, code: 'BAD_USER_INPUT', message, path }] };
    } finally {
      this.underWay--;
    }
  }

  private async answer(input: AlertRuleInput): Promise<AlertRulePreview> {
    const spec = await specOf(input, this.sources.streamOf);
    const looks = await pastLooks(spec, this.sources);
    if (looks.length === 0) return NOTHING;
    const replay = new AlertReplay(spec.forMs);
    const ranges = new Ranges();
    const began = performance.now();
    let sliceBegan = began;
    for (const { at, observe } of looks) {
      const observed = observe(replay.keys);
      replay.look(at, observed);
      ranges.add(observed);
      if (performance.now() - sliceBegan < SLICE_MS) continue;
      await setImmediate();
      sliceBegan = performance.now();
      if (sliceBegan - began > this.longestMs)
        throw new ApiError(
          'TOO_COMPLEX',
          `The preview takes more than ${this.longestMs / 1_000} s; restrict the rule to some keys.`,
        );
    }
    const to = Math.max(Date.now(), looks[looks.length - 1].at);
    replay.until(to);
    const { alerts } = replay;
    return {
      from: new Date(looks[0].at),
      to: new Date(to),
      looks: looks.length,
      fired: alerts.filter(({ firedAt }) => firedAt !== null).length,
      raised: alerts.length,
      alerts: alerts.slice(-MAX_ALERTS).reverse().map(shown),
      observed: ranges.all(),
      errors: [],
    };
  }
}

const NOTHING: AlertRulePreview = {
  from: null,
  to: null,
  looks: 0,
  fired: 0,
  raised: 0,
  alerts: [],
  observed: [],
  errors: [],
};

function shown({ key, startedAt, firedAt, resolvedAt, observed }: ReplayedAlert): AlertRulePreview['alerts'][number] {
  return {
    key,
    state: resolvedAt !== null ? 'RESOLVED' : firedAt !== null ? 'FIRING' : 'PENDING',
    startedAt: new Date(startedAt),
    firedAt: firedAt === null ? null : new Date(firedAt),
    resolvedAt: resolvedAt === null ? null : new Date(resolvedAt),
    observed,
  };
}

/** Collects the range of each observed number. */
class Ranges {
  private readonly byName = new Map<string, { readonly least: number; readonly greatest: number }>();

  add(observed: ObservedKeys): void {
    for (const { shown } of observed.values())
      for (const [name, value] of Object.entries(shown)) {
        if (typeof value !== 'number') continue;
        const { least, greatest } = this.byName.get(name) ?? { least: value, greatest: value };
        this.byName.set(name, { least: Math.min(least, value), greatest: Math.max(greatest, value) });
      }
  }

  all(): AlertRulePreview['observed'] {
    return [...this.byName].map(([name, range]) => ({ name, ...range }));
  }
}
