import type { Agent } from 'node:http';
import type { Door } from './create-streams';
import { post } from './post';

/** The bench stops waiting for a refresh that takes longer on a busy machine: the measurement is then long enough. */
const MAX_REFRESH_MS = 120_000;
const LOOK_EVERY_MS = 200;

/**
 * Requests a refresh of a model and waits until it has ended.
 * @param kind as in GraphQL
 * @returns false if it took longer than two minutes
 */
export async function refreshThroughApi({ port, adminKey }: Door, agent: Agent, kind: string): Promise<boolean> {
  const ask = async <Data>(query: string): Promise<Data> => {
    const { data, errors } = JSON.parse(await post(port, adminKey, agent, JSON.stringify({ query }))) as {
      data: Data;
      errors?: object;
    };
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const begun = performance.now();
  const { refreshModel } = await ask<{ refreshModel: { job: { id: string } } }>(
    `mutation { refreshModel(input: { kind: ${kind} }) { job { id } } }`,
  );
  while (performance.now() - begun < MAX_REFRESH_MS) {
    const { job } = await ask<{ job: { endedAt: string | null; error: string | null } }>(
      `{ job(id: "${refreshModel.job.id}") { endedAt error } }`,
    );
    if (job.error !== null) throw new Error(job.error);
    if (job.endedAt !== null) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return false;
}
