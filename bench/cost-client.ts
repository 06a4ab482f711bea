/** Sends operations one after the other, in its own process: the CPU time of the API's main thread is only the API's. */
import { keepAliveAgent, post } from './post';

export interface Request {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ClientStart {
  readonly port: number;
  readonly key: string;
  readonly requests: readonly Request[];
}

const agent = keepAliveAgent(1);
let next: ClientStart | undefined;

/** Sends the operations that it was given before. @returns the first answer, and the first one with an error */
async function sendAll({ port, key, requests }: ClientStart): Promise<ClientAnswers> {
  let first = '';
  let refused: string | undefined;
  for (const { body, headers } of requests) {
    const answer = await post(port, key, agent, body, headers);
    first ||= answer.slice(0, 1_000);
    if (!answer.startsWith('{"data":') || answer.includes('"userErrors":[{')) refused ??= answer.slice(0, 1_000);
  }
  return { first, refused };
}

export interface ClientAnswers {
  readonly first: string;
  readonly refused?: string;
}

process.on('message', (message: ClientStart | 'go') => {
  if (message !== 'go') {
    next = message;
    process.send?.('ready');
  } else if (next !== undefined) void sendAll(next).then((answers) => process.send?.(answers));
});
process.on('disconnect', () => process.exit(0));
