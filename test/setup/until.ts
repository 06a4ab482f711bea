/**
 * Repeats the call until the result matches.
 * @param boundMs allows for a busy machine; a test that claims a shorter time has its own bound
 * @throws Error with the last result if that takes too long
 */
export async function until<T>(ask: () => Promise<T> | T, fits: (answer: T) => boolean, boundMs = 60_000): Promise<T> {
  const giveUpAt = Date.now() + boundMs;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (Date.now() > giveUpAt) throw new Error(`not within ${boundMs} ms; the last answer: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
