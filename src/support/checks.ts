import { type CheckResult, ok, warning } from '../platform/checks';
import type { Platform } from '../platform/connect';
import { measureUnansweredMessages, measureWaitingConversations } from './conversation.store';
import { measureOrderRequests } from './requests/order-request.store';

/** An API process answers messages that a crash left after this time (ms), sweeps included. */
const MAX_ANSWER_DELAY_MS = 30_000;
/** A customer who waits for a person for longer than this (ms) has probably been overlooked. */
const MAX_PERSON_WAIT_MS = 24 * 3_600_000;

/** Whether customers wait for an answer or a decision. */
export const checks = (platform: Platform): Promise<CheckResult[]> =>
  Promise.all([checkConversations(platform), checkOrderRequests(platform), checkWaitingConversations(platform)]);

async function checkConversations({ pool }: Platform): Promise<CheckResult> {
  const { count, oldestAgeMs } = await measureUnansweredMessages(pool);
  if (count === 0) return ok('conversations', 'no message waits for an automatic answer');
  const found = `${count} messages wait for an automatic answer, the oldest for ${(oldestAgeMs / 1_000).toFixed(1)} s`;
  if (oldestAgeMs < MAX_ANSWER_DELAY_MS) return ok('conversations', found);
  return warning('conversations', found, 'Start an API process; if one is running, its log says why they fail.');
}

async function checkOrderRequests({ pool }: Platform): Promise<CheckResult> {
  const { count, oldestAgeMs } = await measureOrderRequests(pool);
  if (count === 0) return ok('order requests', 'no request of a customer waits for a decision');
  const hours = (oldestAgeMs / 3_600_000).toFixed(1);
  const found = `${count} requests of customers wait for a decision, the oldest for ${hours} h`;
  if (oldestAgeMs < MAX_PERSON_WAIT_MS) return ok('order requests', found);
  const advice = 'orderRequests(state: [REQUESTED]) lists them; alertWebhooks says whether they were delivered.';
  return warning('order requests', found, advice);
}

async function checkWaitingConversations({ pool }: Platform): Promise<CheckResult> {
  const { count, longestMs } = await measureWaitingConversations(pool);
  if (count === 0) return ok('hand-offs', 'no conversation waits for a person');
  const found = `${count} conversations wait for a person, the longest for ${(longestMs / 3_600_000).toFixed(1)} h`;
  if (longestMs < MAX_PERSON_WAIT_MS) return ok('hand-offs', found);
  return warning('hand-offs', found, 'The page Conversations of the console lists them, the longest wait first.');
}
