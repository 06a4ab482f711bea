import { keepAliveAgent, post } from './post';
import type { Door } from './create-streams';

/** The answers of a steady load: response times in milliseconds, and the number of errors by their code. */
export interface PacedAnswers {
  readonly times: number[];
  readonly errors: Map<string, number>;
}

/**
 * Sends requests at a steady rate, independent of response times. The wait for a free connection counts.
 * @param next returns the next request: query and variables
 * @returns a function that stops the load and returns the answers after the last response
 */
export function paced(
  { port, adminKey }: Door,
  { rate, connections }: { readonly rate: number; readonly connections: number },
  next: () => object,
): () => Promise<PacedAnswers> {
  const agent = keepAliveAgent(connections);
  const answers: PacedAnswers = { times: [], errors: new Map() };
  const inFlight = new Set<Promise<void>>();
  const ask = async () => {
    const began = performance.now();
    const answer = await post(port, adminKey, agent, JSON.stringify(next()));
    answers.times.push(performance.now() - began);
    countErrors(answers.errors, answer);
  };
  let sent = 0;
  const begun = performance.now();
  const timer = setInterval(() => {
    for (; sent < ((performance.now() - begun) / 1_000) * rate; sent++) {
      const asked = ask().finally(() => inFlight.delete(asked));
      inFlight.add(asked);
    }
  }, 1_000 / rate);
  return async () => {
    clearInterval(timer);
    await Promise.all(inFlight);
    agent.destroy();
    return answers;
  };
}

/** Counts the error codes in a response, of the request and of its items. */
export function countErrors(counts: Map<string, number>, answer: string): void {
  if (!/"errors":\[\{/.test(answer)) return;
  for (const [, code] of answer.matchAll(/"code":"([A-Z_]+)"/g)) counts.set(code, (counts.get(code) ?? 0) + 1);
}
