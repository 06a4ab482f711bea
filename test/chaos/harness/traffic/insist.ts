import type { GraphqlClient } from '../../../setup/graphql-client';
import { TRY_AGAIN, within } from '../load';

const RETRY_MS = 150;
const REQUEST_MS = 12_000;

export type Clients = () => readonly GraphqlClient[];

/**
 * Sends an operation to any API process that answers, until one has executed it, as a back end would.
 * @throws Error for a response that no fault explains
 */
export async function insist<T>(clients: Clients, operation: string, variables: object): Promise<T> {
  for (let turn = Math.floor(Math.random() * 100); ; turn++) {
    const answer = await ask<T>(clients()[turn % Math.max(1, clients().length)], operation, variables);
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** @returns `undefined` if there is no response, or if the response asks to send the request again */
export async function ask<T>(
  client: GraphqlClient | undefined,
  operation: string,
  variables: object,
): Promise<T | undefined> {
  if (!client) return undefined;
  const answer = await within(REQUEST_MS, client.send<T>(operation, variables)).catch(() => undefined);
  if (!answer) return undefined;
  const code = answer.errors?.[0].extensions.code;
  if (code !== undefined && !TRY_AGAIN.has(code)) throw new Error(`${operation}: ${JSON.stringify(answer.errors)}`);
  return code === undefined ? (answer.data ?? undefined) : undefined;
}
