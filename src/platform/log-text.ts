const LEVELS: Readonly<Record<number, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

/** Properties of a line that the text shows in another way, or that say nothing on one machine. */
const OMITTED = new Set(['level', 'time', 'pid', 'hostname', 'name', 'msg', 'err']);

/** What the stack of an error says, too. */
const IN_STACK = new Set(['type', 'message']);

/**
 * Returns a log line as text for a terminal: `14:02:11 WARN worker: webhook not delivered (attempt: 2)`.
 * @param json a line of pino, which ends with a line break
 */
export function logText(json: string): string {
  const line = JSON.parse(json) as Record<string, unknown>;
  const { level, time, name, msg = '', err } = line;
  const { stack, ...ofError } = typeof err === 'object' && err !== null ? (err as Record<string, unknown>) : {};
  const details = Object.entries({ ...ofError, ...line }).flatMap(([key, value]) =>
    OMITTED.has(key) || (stack !== undefined && IN_STACK.has(key))
      ? []
      : `${key}: ${onOneLine(typeof value === 'string' ? value : JSON.stringify(value))}`,
  );
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const from = typeof name === 'string' ? ` ${name}` : '';
  const shown = details.length > 0 ? ` (${details.join(', ')})` : '';
  const frames = typeof stack === 'string' ? stack.split('\n') : [];
  const below = frames.map((one) => `  ${onOneLine(one)}\n`).join('');
  return `${clock} ${LEVELS[Number(level)] ?? String(level)}${from}: ${onOneLine(String(msg))}${shown}\n${below}`;
}

/** Escapes line breaks and other control characters, so that a text that a visitor sent can't look like a line. */
const onOneLine = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
