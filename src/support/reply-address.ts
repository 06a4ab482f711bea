import { z } from 'zod';

/** Maximum of RFC 5321 (4.5.3.1.3), without the brackets. */
const MAX_LENGTH = 254;
const email = z.email();

export function isEmailAddress(text: string): boolean {
  return text.length <= MAX_LENGTH && email.safeParse(text).success;
}
