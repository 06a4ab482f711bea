/**
 * Maximum wait for a state, and the default timeout of actions in a page: on a busy machine, a test only takes longer.
 * Times that the product promises have tests of their own.
 */
export const PATIENCE_MS = 300_000;

/**
 * Repeats the call until the result matches.
 * @throws Error with the last result if that takes too long
 */
export async function until<T>(
  ask: () => Promise<T> | T,
  fits: (answer: T) => boolean,
  boundMs = PATIENCE_MS,
): Promise<T> {
  const giveUpAt = Date.now() + boundMs;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (Date.now() > giveUpAt) throw new Error(`not within ${boundMs} ms; the last answer: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
