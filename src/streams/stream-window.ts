import { MAX_LATENESS_MS, MAX_SLIDES, MIN_WINDOW_MS, SpecFault, type StreamSpec, type WindowSpec } from './spec';
import { Panes, type Pane } from './window/panes';
import { millisecondsOf, spanOf, type Span } from './window/span';

/** How a stream cuts event time. */
export interface StreamWindow {
  /** The pieces that are counted: whole windows, or the slides of hopping ones; null for sessions. */
  readonly panes: Panes | null;
  /** Panes of one window. */
  readonly slides: number;
  /** Of sessions, in milliseconds: events this far apart are of two sessions. */
  readonly gap: number;
  /** The piece that an event at this time is counted in. */
  at(occurredAt: number): Pane;
}

/** @throws SpecFault */
export function windowOf({ kind, size, slide, gap, timeZone }: WindowSpec): StreamWindow {
  const fault = (path: string, message: string): never => {
    throw new SpecFault(`window.${path}`, message);
  };
  const allowed = { TUMBLING: ['size'], HOPPING: ['size', 'slide'], SESSION: ['gap'] }[kind];
  for (const [name, value] of Object.entries({ size, slide, gap })) {
    if (value === null && allowed.includes(name)) fault(name, `${kind} windows need it`);
    if (value !== null && !allowed.includes(name)) fault(name, `${kind} windows have none`);
  }
  if (kind === 'SESSION') {
    const quiet = millisecondsOf(lengthOf('window.gap', gap as string));
    if (quiet === undefined || quiet < MIN_WINDOW_MS)
      return fault('gap', 'it is a number of days, or of seconds or more');
    return { panes: null, slides: 1, gap: quiet, at: (start) => ({ start, end: start + quiet }) };
  }
  const whole = lengthOf('window.size', size as string);
  const step = kind === 'HOPPING' ? lengthOf('window.slide', slide as string) : whole;
  const slides = slidesOf(whole, step);
  if (slides === undefined) return fault('size', 'it is no whole number of slides');
  if (slides > MAX_SLIDES) fault('slide', `a window has up to ${MAX_SLIDES} slides, and this one ${slides}`);
  const panes = panesOf(step, timeZone);
  return { panes, slides, gap: 0, at: (occurredAt) => panes.at(occurredAt) };
}

/** How many of one length make another; `undefined` where no whole number does. */
export function slidesOf(size: Span, slide: Span): number | undefined {
  const slides = size.count / slide.count;
  return size.unit === slide.unit && Number.isInteger(slides) && slides >= 1 ? slides : undefined;
}

/** @throws SpecFault */
export function panesOf(length: Span, timeZone: string): Panes {
  try {
    return new Panes(length, timeZone);
  } catch {
    throw new SpecFault('window.timeZone', `there is no time zone ${JSON.stringify(timeZone.slice(0, 64))}`);
  }
}

/** Of a window. @throws SpecFault */
export function lengthOf(path: string, text: string): Span {
  const span = spanOf(text);
  if (span === undefined) throw new SpecFault(path, 'it is a duration of one unit, like PT10M, P1D, P1W or P1M');
  if (span.count < (span.unit === 'MILLISECOND' ? MIN_WINDOW_MS : 1)) throw new SpecFault(path, 'it is too short');
  return span;
}

/** Milliseconds. @throws SpecFault */
export function latenessOf(text: string): number {
  const span = spanOf(text);
  const lateness = span && millisecondsOf(span);
  if (lateness === undefined) throw new SpecFault('lateness', 'it is a duration like PT10M or P1D');
  if (lateness > MAX_LATENESS_MS) throw new SpecFault('lateness', 'it is up to P31D');
  return lateness;
}

/** Old sessions are removed once in so many milliseconds. */
const SESSION_STEP_MS = 60_000;

/**
 * From when on windows are kept, where all that is older than `retention` at an instant is removed; null where nothing
 * is. Panes are kept or removed whole: one begins then. A session that has begun before and goes on is stored, so that
 * what joins it is no new session, but not shown.
 */
export function keptFromAt(
  { window, spec }: { window: StreamWindow; spec: StreamSpec },
  instant: number,
): number | null {
  if (spec.retention === undefined) return null;
  const from = instant - retentionOf(spec.retention);
  return window.panes === null ? from - (from % SESSION_STEP_MS) : window.panes.at(from).start;
}

/** Milliseconds. @throws SpecFault */
export function retentionOf(text: string): number {
  const span = spanOf(text);
  const retention = span && millisecondsOf(span);
  if (retention === undefined) throw new SpecFault('retention', 'it is a duration like PT48H or P90D');
  return retention;
}
