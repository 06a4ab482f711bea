import { registerEnumType } from 'type-graphql';
import { asEnum } from '../graphql/as-enum';

/** In ascending order. */
export const ALERT_SEVERITIES = ['INFO', 'WARNING', 'CRITICAL'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

export const AlertSeverityEnum = asEnum(ALERT_SEVERITIES);
registerEnumType(AlertSeverityEnum, { name: 'AlertSeverity' });
