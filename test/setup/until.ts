/**
 * Asks again and again until the answer fits.
 * @param boundMs for a machine that is busy; what a test claims to be sooner has its own bound
 * @throws Error with the last answer when that takes too long
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
