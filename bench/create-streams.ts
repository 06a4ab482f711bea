import { keepAliveAgent, post } from './post';
import type { StreamInput } from '../src/streams/stream-input.type';

const CREATE = `mutation($stream: StreamInput!) { createStream(input: { stream: $stream }) { errors { path message } } }`;
const STATES = '{ streams { state progress } }';

/** The address of a running shop. */
export interface Door {
  readonly port: number;
  readonly adminKey: string;
}

/** Creates streams and waits until they are filled from the log. @throws Error if the shop refuses a stream */
export async function createStreams({ port, adminKey }: Door, streams: readonly StreamInput[]): Promise<void> {
  const agent = keepAliveAgent(1);
  const ask = (query: string, variables: object = {}) =>
    post(port, adminKey, agent, JSON.stringify({ query, variables }));
  for (const stream of streams) {
    const answer = await ask(CREATE, { stream });
    if (!answer.includes('"errors":[]')) throw new Error(`${stream.id} was not created: ${answer.slice(0, 300)}`);
  }
  while (/"state":"FILLING"/.test(await ask(STATES))) await new Promise((resolve) => setTimeout(resolve, 100));
  agent.destroy();
}
