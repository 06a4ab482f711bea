import { registerEnumType } from 'type-graphql';
import { asEnum } from '../graphql/as-enum';
import { ALERT_SEVERITIES } from './alert-severity';

export const AlertSeverityEnum = asEnum(ALERT_SEVERITIES);
registerEnumType(AlertSeverityEnum, { name: 'AlertSeverity' });
