import { registerEnumType } from 'type-graphql';
import { ALERT_SOURCES, ALERT_STATES, NO_DATA, WINDOW_CHOICES } from './alert-rule';
import { asEnum } from '../../graphql/as-enum';

export const AlertSourceEnum = asEnum(ALERT_SOURCES);
registerEnumType(AlertSourceEnum, {
  name: 'AlertSource',
  valuesConfig: {
    WINDOWS: { description: 'The newest window of a stream, for each of its keys: `window` in the condition.' },
    OPERATIONS: { description: 'How each operation went, in all API processes: `operation`.' },
    SYSTEM: { description: 'How the shop runs: `system`.' },
  },
});
export const NoDataEnum = asEnum(NO_DATA);
registerEnumType(NoDataEnum, {
  name: 'AlertNoData',
  valuesConfig: {
    ZERO: { description: 'Nothing happened: counts and sums are 0, all else is missing.' },
    KEEP: { description: 'Nothing is known: alerts stay as they are.' },
    CLEAR: { description: 'All is well.' },
  },
});
export const AlertStateEnum = asEnum(ALERT_STATES);
registerEnumType(AlertStateEnum, {
  name: 'AlertState',
  valuesConfig: {
    PENDING: { description: 'The condition holds, but not for long enough yet.' },
    FIRING: { description: 'It has held for as long as the rule says, and is not cleared.' },
    RESOLVED: { description: 'It is over.' },
  },
});
export const WindowChoiceEnum = asEnum(WINDOW_CHOICES);
registerEnumType(WindowChoiceEnum, {
  name: 'AlertWindowChoice',
  valuesConfig: {
    COMPLETE: { description: 'The newest that has ended, two seconds ago or more; late events aside.' },
    CURRENT: { description: 'The one that it is now, as far as it has come.' },
  },
});
