import { isLongerThan } from '../../expressions/code-points';
import type { RecordShape } from '../../expressions/shape';
import { parseDurationMs } from '../../learn/durations';
import type { Stream } from '../../streams/stream.type';
import {
  MAX_FOR_MS,
  MAX_OPERATIONS_WINDOW_MS,
  MAX_KEYS,
  AlertRuleError,
  MIN_OPERATIONS_WINDOW_MS,
  type AlertSpec,
} from './alert-rule';
import type { AlertRuleInput } from './alert.type';
import { compileRule } from './compile-rule';
import { OPERATION_SHAPE, SYSTEM_SHAPE, windowShape, type Observation } from './observation';

const ID = /^[A-Za-z0-9._-]{1,100}$/;
const MAX_TEXT_LENGTH = 1_000;
const MAX_KEY_LENGTH = 500;

/**
 * Validates the input of a rule and returns its definition.
 * @param streamOf returns a stream of the shop by id; null if it does not exist
 * @throws AlertRuleError naming the first invalid field
 */
export async function parseAlertRule(
  input: AlertRuleInput,
  streamOf: (id: string) => Promise<Stream | null>,
): Promise<AlertSpec> {
  if (!ID.test(input.id)) throw new AlertRuleError('id', 'id must have 1 to 100 letters, digits, -, _ or .');
  checkText('description', input.description ?? '');
  return parseAlertSpec(input, streamOf);
}

/** Validates all fields except `id` and `description`, and returns the rule's definition. @throws AlertRuleError */
export async function parseAlertSpec(
  input: AlertRuleInput,
  streamOf: (id: string) => Promise<Stream | null>,
): Promise<AlertSpec> {
  const { source } = input;
  const stream = input.stream ?? null;
  if ((stream !== null) !== (source === 'WINDOWS'))
    throw new AlertRuleError('stream', source === 'WINDOWS' ? 'WINDOWS requires a stream' : `${source} has no stream`);
  const keys = input.keys ?? null;
  if (keys !== null && source === 'SYSTEM') throw new AlertRuleError('keys', 'SYSTEM has no keys');
  if (keys !== null && (keys.length === 0 || keys.length > MAX_KEYS))
    throw new AlertRuleError('keys', `keys must have 1 to ${MAX_KEYS} items; got ${keys.length}`);
  keys?.forEach((key, at) => {
    if (isLongerThan(key, MAX_KEY_LENGTH))
      throw new AlertRuleError(`keys[${at}]`, `a key must have at most ${MAX_KEY_LENGTH} characters`);
  });
  const windowMs = requireDurationMs('window', input.window ?? 'PT1M');
  if (windowMs < MIN_OPERATIONS_WINDOW_MS || windowMs > MAX_OPERATIONS_WINDOW_MS)
    throw new AlertRuleError('window', 'window must be between PT10S and PT5M');
  const forMs = requireDurationMs('for', input.for ?? 'PT0S');
  if (forMs > MAX_FOR_MS) throw new AlertRuleError('for', 'for must be at most P7D');
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
  compileRule(spec, await observationShape(spec, streamOf));
  return spec;
}

export function checkText(path: string, text: string): void {
  if (isLongerThan(text, MAX_TEXT_LENGTH))
    throw new AlertRuleError(path, `${path} must have at most ${MAX_TEXT_LENGTH} characters`);
}

async function observationShape(
  { source, stream }: AlertSpec,
  streamOf: (id: string) => Promise<Stream | null>,
): Promise<RecordShape<Observation>> {
  if (source === 'OPERATIONS') return OPERATION_SHAPE;
  if (source === 'SYSTEM') return SYSTEM_SHAPE;
  const foundStream = await streamOf(stream as string);
  if (foundStream === null)
    throw new AlertRuleError('stream', `there is no stream ${JSON.stringify(stream?.slice(0, 100))}`);
  if (foundStream.window.kind === 'SESSION')
    throw new AlertRuleError('stream', 'the stream must have TUMBLING or HOPPING windows; got SESSION');
  return windowShape(foundStream.aggregates);
}

/** @throws AlertRuleError */
function requireDurationMs(path: string, text: string): number {
  const ms = parseDurationMs(text);
  if (ms === undefined) throw new AlertRuleError(path, `${path} must be a duration such as PT30S, PT5M or P1D`);
  return ms;
}
