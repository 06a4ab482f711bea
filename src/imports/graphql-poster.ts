const MAX_RETRIES = 8;
/** Codes of transient errors: they depend on the state of the server, not on the request. */
const TRANSIENT_CODES = new Set(['OVERLOADED', 'RATE_LIMITED', 'UNAVAILABLE']);
/** How long a command waits for a shop that is overloaded, or for what it has written to be applied. */
export const MAX_WAIT_MS = 600_000;
const TIMEOUT_MS = 60_000;

export interface GraphqlResponse {
  readonly data?: unknown;
  readonly errors?: readonly { message: string; extensions?: { code?: string; retryAfterMs?: number } }[];
}

/** Sends operations of a command to a shop over HTTP, with a server key. */
export class GraphqlPoster {
  constructor(
    private readonly url: string,
    private readonly apiKey: string,
  ) {}

  /**
   * Repeats failed requests, so they must be idempotent. Waits up to {@link MAX_WAIT_MS} for an overloaded shop.
   * @param token the token of a customer or guest, in addition to the key
   */
  async post(query: string, variables: unknown, token?: string): Promise<GraphqlResponse> {
    const until = Date.now() + MAX_WAIT_MS;
    const headers = new Headers({ 'content-type': 'application/json', 'x-api-key': this.apiKey });
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    for (let attempt = 0; ; attempt++) {
      const waitMs = Math.min(100 * 2 ** attempt, 5_000);
      try {
        const response = await fetch(this.url, {
          method: 'POST',
          headers,
          body: JSON.stringify({ query, variables }),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        const answer = (await response.json()) as GraphqlResponse;
        const { code = '', retryAfterMs } = answer.errors?.[0]?.extensions ?? {};
        if (!TRANSIENT_CODES.has(code)) return answer;
        if (code === 'OVERLOADED' ? Date.now() > until : attempt >= MAX_RETRIES) return answer;
        await pause(retryAfterMs ?? waitMs);
      } catch (error) {
        if (attempt >= MAX_RETRIES) throw new Error(`${this.url} does not answer: ${(error as Error).message}`);
        await pause(waitMs);
      }
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
