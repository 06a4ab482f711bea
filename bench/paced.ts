import { keepAliveAgent, post } from './post';
import type { Door } from './create-streams';

/** The responses to a steady load: response times in milliseconds, and the number of errors by their code. */
export interface PacedResponses {
  readonly times: number[];
  readonly errors: Map<string, number>;
}

interface PaceOptions {
  /** Requests a second. */
  readonly rate: number;
  readonly connections: number;
  /** Called with each response body. */
  readonly onBody?: (body: string) => void;
}

/**
 * Sends requests at a steady rate, independent of response times. The wait for a free connection counts.
 * @param next returns the next request: query and variables
 * @returns a function that stops the load and returns the measurements after the last response
 */
export function paced(
  { port, adminKey }: Door,
  { rate, connections, onBody }: PaceOptions,
  next: () => object,
): () => Promise<PacedResponses> {
  const agent = keepAliveAgent(connections);
  const responses: PacedResponses = { times: [], errors: new Map() };
  const inFlight = new Set<Promise<void>>();
  const send = async () => {
    const began = performance.now();
    const body = await post(port, adminKey, agent, JSON.stringify(next()));
    responses.times.push(performance.now() - began);
    countErrors(responses.errors, body);
    onBody?.(body);
  };
  let sent = 0;
  const begun = performance.now();
  const timer = setInterval(() => {
    for (; sent < ((performance.now() - begun) / 1_000) * rate; sent++) {
      const response = send().finally(() => inFlight.delete(response));
      inFlight.add(response);
    }
  }, 1_000 / rate);
  return async () => {
    clearInterval(timer);
    await Promise.all(inFlight);
    agent.destroy();
    return responses;
  };
}

/** Counts the error codes in a response, of the request and of its items. */
export function countErrors(counts: Map<string, number>, body: string): void {
  if (!/"errors":\[\{/.test(body)) return;
  for (const [, code] of body.matchAll(/"code":"([A-Z_]+)"/g)) counts.set(code, (counts.get(code) ?? 0) + 1);
}
