import { enumType } from '../graphql/enum-type';
import { ALERT_SEVERITIES } from './alert-severity';

export const AlertSeverityEnum = enumType('AlertSeverity', ALERT_SEVERITIES);
