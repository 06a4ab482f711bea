import {
  MAX_LATENESS_MS,
  MAX_SLIDES,
  MIN_WINDOW_LENGTH_MS,
  SpecFault,
  type StreamSpec,
  type WindowSpec,
} from '../stream-spec';
import { Panes, type Pane } from './panes';
import { durationMs, parseDuration, type IsoDuration } from './iso-duration';

/** Assigns events to windows by event time. */
export interface WindowAssigner {
  /** Time ranges in which events are counted: whole windows, or the slides of hopping windows; null for sessions. */
  readonly panes: Panes | null;
  /** Number of panes per window. */
  readonly slides: number;
  /** For sessions: time (ms) without events after which a new session begins; 0 for other kinds of windows. */
  readonly gap: number;
  /** Returns the pane in which an event at this time is counted. */
  paneAt(occurredAt: number): Pane;
}

/** @throws SpecFault */
export function windowAssignerOf({ kind, size, slide, gap, timeZone }: WindowSpec): WindowAssigner {
  const fault = (path: string, message: string): never => {
    throw new SpecFault(`window.${path}`, message);
  };
  const allowed = { TUMBLING: ['size'], HOPPING: ['size', 'slide'], SESSION: ['gap'] }[kind];
  for (const [name, value] of Object.entries({ size, slide, gap })) {
    if (value === null && allowed.includes(name)) fault(name, `is required for ${kind} windows`);
    if (value !== null && !allowed.includes(name)) fault(name, `must be absent for ${kind} windows`);
  }
  if (kind === 'SESSION') {
    const quiet = durationMs(parseWindowLength('window.gap', gap as string));
    if (quiet === undefined || quiet < MIN_WINDOW_LENGTH_MS)
      return fault('gap', 'must be a duration of at least one second, in days or smaller units');
    return { panes: null, slides: 1, gap: quiet, paneAt: (start) => ({ start, end: start + quiet }) };
  }
  const whole = parseWindowLength('window.size', size as string);
  const step = kind === 'HOPPING' ? parseWindowLength('window.slide', slide as string) : whole;
  const slides = slideCountOf(whole, step);
  if (slides === undefined) return fault('size', 'must be a whole number of slides');
  if (slides > MAX_SLIDES) fault('slide', `must divide the size into at most ${MAX_SLIDES} slides; got ${slides}`);
  const panes = panesOf(step, timeZone);
  return { panes, slides, gap: 0, paneAt: (occurredAt) => panes.paneAt(occurredAt) };
}

/** Returns how many slides fit into a window of this size; `undefined` if it is not a whole number. */
export function slideCountOf(size: IsoDuration, slide: IsoDuration): number | undefined {
  const slides = size.count / slide.count;
  return size.unit === slide.unit && Number.isInteger(slides) && slides >= 1 ? slides : undefined;
}

/** @throws SpecFault */
export function panesOf(length: IsoDuration, timeZone: string): Panes {
  try {
    return new Panes(length, timeZone);
  } catch {
    throw new SpecFault('window.timeZone', `must be an IANA time zone; got ${JSON.stringify(timeZone.slice(0, 64))}`);
  }
}

/** Parses the length of a window. @throws SpecFault */
export function parseWindowLength(path: string, text: string): IsoDuration {
  const span = parseDuration(text);
  if (span === undefined) throw new SpecFault(path, 'must be a duration of one unit, like PT10M, P1D, P1W or P1M');
  if (span.count < (span.unit === 'MILLISECOND' ? MIN_WINDOW_LENGTH_MS : 1))
    throw new SpecFault(path, 'must be at least one second');
  return span;
}

/** Parses a lateness. Returns milliseconds. @throws SpecFault */
export function parseLateness(text: string): number {
  const span = parseDuration(text);
  const lateness = span && durationMs(span);
  if (lateness === undefined) throw new SpecFault('lateness', 'must be a duration like PT10M or P1D');
  if (lateness > MAX_LATENESS_MS) throw new SpecFault('lateness', 'must be at most P31D');
  return lateness;
}

/** Granularity at which expired sessions are removed, in milliseconds. */
const SESSION_STEP_MS = 60_000;

/**
 * Returns the start of the oldest windows that are retained at the time `instant`; null if the stream has no retention.
 * Panes are retained or removed as a whole, so the result is the start of a pane. A session that began earlier and
 * continues is stored but not shown, so that new events extend it and do not start a new session.
 */
export function retentionStart(
  { window, spec }: { window: WindowAssigner; spec: StreamSpec },
  instant: number,
): number | null {
  if (spec.retention === undefined) return null;
  const from = instant - parseRetention(spec.retention);
  return window.panes === null ? from - (from % SESSION_STEP_MS) : window.panes.paneAt(from).start;
}

/** Parses a retention. Returns milliseconds. @throws SpecFault */
export function parseRetention(text: string): number {
  const span = parseDuration(text);
  const retention = span && durationMs(span);
  if (retention === undefined) throw new SpecFault('retention', 'must be a duration like PT48H or P90D');
  return retention;
}
