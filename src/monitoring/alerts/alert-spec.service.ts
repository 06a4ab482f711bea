import { isStorable } from '../../graphql/storable';
import type { RecordShape } from '../../expressions/shape';
import type { Stream } from '../../streams/stream.type';
import { MAX_FOR_MS, MAX_WINDOW_MS, MAX_KEYS, RuleFault, MIN_WINDOW_MS, type AlertSpec } from './alert-rule';
import type { AlertRuleInput } from './alert.type';
import { compileRule } from './compile-rule';
import { OPERATION_SHAPE, SYSTEM_SHAPE, windowShape, type Observation } from './observation';

const ID = /^[A-Za-z0-9._-]{1,100}$/;
const MAX_TEXT_LENGTH = 1_000;
const MAX_KEY_LENGTH = 500;
const DURATION = /^P(?!$)(?:(\d{1,3})D)?(?:T(?=\d)(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?$/;

/**
 * A rule as it is asked for, checked from end to end.
 * @param streamOf of the shop
 * @throws RuleFault
 */
export async function ruleOf(
  input: AlertRuleInput,
  streamOf: (id: string) => Promise<Stream | null>,
): Promise<AlertSpec> {
  if (!ID.test(input.id)) throw new RuleFault('id', 'an id is of letters, digits, -, _ and ., up to 100');
  checkText('description', input.description ?? '');
  return specOf(input, streamOf);
}

/** What it looks at and when it holds, checked; whatever it may be called. @throws RuleFault */
export async function specOf(
  input: AlertRuleInput,
  streamOf: (id: string) => Promise<Stream | null>,
): Promise<AlertSpec> {
  const { source } = input;
  const stream = input.stream ?? null;
  if ((stream !== null) !== (source === 'WINDOWS'))
    throw new RuleFault('stream', source === 'WINDOWS' ? 'WINDOWS needs one' : `${source} has none`);
  const keys = input.keys ?? null;
  if (keys !== null && source === 'SYSTEM') throw new RuleFault('keys', 'SYSTEM has none');
  if (keys !== null && (keys.length === 0 || keys.length > MAX_KEYS))
    throw new RuleFault('keys', `there are from 1 to ${MAX_KEYS} of them`);
  keys?.forEach((key, at) => {
    if (key.length > MAX_KEY_LENGTH || !isStorable(key)) throw new RuleFault(`keys[${at}]`, 'it is no key of a stream');
  });
  const windowMs = durationOf('window', input.window ?? 'PT1M');
  if (windowMs < MIN_WINDOW_MS || windowMs > MAX_WINDOW_MS) throw new RuleFault('window', 'it is from PT10S to PT5M');
  const forMs = durationOf('for', input.for ?? 'PT0S');
  if (forMs > MAX_FOR_MS) throw new RuleFault('for', 'it is up to P7D');
  const spec: AlertSpec = {
    source,
    stream,
    which: input.which ?? 'COMPLETE',
    windowMs,
    keys,
    condition: input.condition,
    clearCondition: input.clearCondition ?? null,
    forMs,
    noData: input.noData ?? 'ZERO',
    severity: input.severity ?? 'WARNING',
  };
  compileRule(spec, await shapeFor(spec, streamOf));
  return spec;
}

export function checkText(path: string, text: string): void {
  if (text.length > MAX_TEXT_LENGTH || !isStorable(text))
    throw new RuleFault(path, `it is longer than ${MAX_TEXT_LENGTH} characters, or has some that can't be stored`);
}

async function shapeFor(
  { source, stream }: AlertSpec,
  streamOf: (id: string) => Promise<Stream | null>,
): Promise<RecordShape<Observation>> {
  if (source === 'OPERATIONS') return OPERATION_SHAPE;
  if (source === 'SYSTEM') return SYSTEM_SHAPE;
  const found = await streamOf(stream as string);
  if (found === null) throw new RuleFault('stream', `there is no stream ${JSON.stringify(stream?.slice(0, 100))}`);
  if (found.window.kind === 'SESSION') throw new RuleFault('stream', 'sessions end when they end: TUMBLING or HOPPING');
  return windowShape(found.aggregates);
}

/** Milliseconds. */
function durationOf(path: string, text: string): number {
  const found = DURATION.exec(text);
  if (found === null) throw new RuleFault(path, 'it is a duration like PT30S, PT5M or P1D');
  const [days, hours, minutes, seconds] = found.slice(1).map((part: string | undefined) => Number(part ?? 0));
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000;
}
