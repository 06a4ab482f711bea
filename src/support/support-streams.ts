import { LATENESS_DAYS } from '../orders/order-streams';
import type { StreamInput } from '../streams/stream-input.type';

const count = (name: string, event: string, condition = 'true') => ({
  ...{ name, kind: 'COUNT' as const },
  filter: `event.name == 'support_${event}' && ${condition}`,
});

/** Each intent as it was known when the event happened. One person who passes on to another is no new hand-off. */
const ANSWERS: Omit<StreamInput, 'id' | 'window'> = {
  description:
    'Customer answers by intent: answered, not understood, contained, handed off, rated as not helpful, corrected.',
  from: ['CUSTOM'],
  filter: "event.source == 'SUPPORT' && has(event.properties.intent)",
  keys: [{ name: 'intent', expression: 'string(event.properties.intent)' }],
  aggregates: [
    count('answered', 'answered'),
    count('notUnderstood', 'answered', "event.properties.outcome == 'NOT_UNDERSTOOD'"),
    count('contained', 'contained'),
    count('handedOff', 'handed_off', "event.properties.from == 'AUTOMATIC'"),
    count('notHelpful', 'rated', 'event.properties.helpful == false'),
    count('corrected', 'corrected'),
    {
      name: 'answerMs',
      kind: 'QUANTILES',
      expression: 'event.properties.answerMs',
      filter: 'has(event.properties.answerMs)',
      quantiles: [0.5, 0.95],
    },
  ],
  // A worker that was stopped records later what is contained.
  lateness: `P${LATENESS_DAYS}D`,
};

/**
 * Returns the predefined streams of customer answers.
 * @param timeZone IANA time zone that defines days
 */
export function supportStreams(timeZone: string): StreamInput[] {
  const window = (size: string) => ({ kind: 'TUMBLING' as const, size, timeZone });
  return [
    { ...ANSWERS, id: 'answers-by-hour', window: window('PT1H'), maxKeys: 100 },
    { ...ANSWERS, id: 'answers-by-day', window: window('P1D'), maxKeys: 200 },
  ];
}
