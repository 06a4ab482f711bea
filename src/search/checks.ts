import type { CheckResult } from '../platform/checks';
import type { Platform } from '../platform/connect';
import { examineSegmentIds } from './merchandising/examine-segment-ids';
import { examineSynonyms } from './synonyms/examine-synonyms';

export const checks = async (platform: Platform): Promise<CheckResult[]> => [
  ...(await examineSegmentIds(platform)),
  await examineSynonyms(platform),
];
