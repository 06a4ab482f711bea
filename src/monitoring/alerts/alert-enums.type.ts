import { enumType } from '../../graphql/enum-type';
import { ALERT_SOURCES, ALERT_STATES, NO_DATA, WINDOW_CHOICES } from './alert-rule';

export const AlertSourceEnum = enumType('AlertSource', ALERT_SOURCES, undefined, {
  WINDOWS: 'The newest window of a stream, for each of its keys: `window` in the condition.',
  OPERATIONS: 'How each operation went, in all API processes: `operation`.',
  SYSTEM: 'How the shop runs: `system`.',
});
export const NoDataEnum = enumType('AlertNoData', NO_DATA, undefined, {
  ZERO: 'Nothing happened: counts and sums are 0, all else is missing.',
  KEEP: 'Nothing is known: alerts stay as they are.',
  CLEAR: 'All is well.',
});
export const AlertStateEnum = enumType('AlertState', ALERT_STATES, undefined, {
  PENDING: 'The condition holds, but not for long enough yet.',
  FIRING: 'It has held for as long as the rule says, and is not cleared.',
  RESOLVED: 'It is over.',
});
export const WindowChoiceEnum = enumType('AlertWindowChoice', WINDOW_CHOICES, undefined, {
  COMPLETE: 'The newest that has ended, two seconds ago or more; late events aside.',
  CURRENT: 'The one that it is now, as far as it has come.',
});
