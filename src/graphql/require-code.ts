import { ApiError } from './errors';

/**
 * Returns the code that an argument stands for.
 * @param read see `src/platform/codes.ts`
 * @param form what the argument must be
 * @throws ApiError BAD_USER_INPUT if it stands for none
 */
export function requireCode(
  name: string,
  text: string,
  read: (text: string) => string | undefined,
  form: string,
): string {
  const code = read(text);
  if (code !== undefined) return code;
  throw new ApiError('BAD_USER_INPUT', `${name} must be ${form}; got ${JSON.stringify(text.slice(0, 40))}.`);
}
