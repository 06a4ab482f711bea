import type { CheckResult } from '../platform/checks';
import type { Platform } from '../platform/connect';
import { examineAudiences } from './audiences/examine-audiences';
import { examineProfiles } from './profiles/examine-profiles';

export const checks = async (platform: Platform): Promise<CheckResult[]> => [
  await examineProfiles(platform),
  await examineAudiences(platform),
];
