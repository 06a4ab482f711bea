'use strict';

/**
 * A process that sends batches of events without waiting for responses. It is a separate process, so that it takes
 * little CPU time from the measuring process. It receives `{ ports, apiKey, firstEventAt, forMs }` and either `senders`
 * (each waits for its response) or `rate` (events a second, independent of responses). It sends the message `over`
 * after it has sent at that rate for the given time, and at the end the acknowledged batches and the results of the
 * others.
 */
const http = require('node:http');
const { BATCH, floodEvent } = require('./flood-events');

const MAX_CONNECTIONS = 100;
const TICK_MS = 5;
const RETRY_MS = 50;
const RECORD =
  'mutation($events: [EventInput!]!) { recordEvents(input: { events: $events }) { accepted errors { code } } }';

const agent = new http.Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let nextBatch = 0;

function bodyOf(batch, firstEventAt) {
  const events = [];
  for (let n = batch * BATCH; n < (batch + 1) * BATCH; n++) events.push(floodEvent(n, firstEventAt));
  return Buffer.from(JSON.stringify({ query: RECORD, variables: { events } }));
}

function post(port, apiKey, body) {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'x-api-key': apiKey,
      'content-length': body.byteLength,
    };
    const options = { host: '127.0.0.1', port, path: '/graphql', method: 'POST', agent, headers };
    const outgoing = http.request(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve(JSON.parse(text)));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function work({ ports, apiKey, firstEventAt, forMs, senders, rate }) {
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  const result = { acknowledged: [], unknown: [], refused: {}, offered: 0, seconds: 0 };

  /** Batches that were refused because of overload, to be sent again after the requested time. */
  const again = [];
  const next = () => {
    if (again.length > 0 && again[0].at <= performance.now()) return again.shift();
    const batch = nextBatch++;
    return { batch, body: bodyOf(batch, firstEventAt) };
  };

  const send = async () => {
    const { batch, body } = next();
    result.offered += BATCH;
    const answer = await post(ports[batch % ports.length], apiKey, body).catch(() => undefined);
    if (answer?.data?.recordEvents.accepted === BATCH) return void result.acknowledged.push(batch);
    const code = answer ? (answer.errors?.[0].extensions.code ?? 'items refused') : 'network';
    result.refused[code] = (result.refused[code] ?? 0) + 1;
    // A batch that was refused because of overload must not be stored; for other failures the result is unknown.
    if (code !== 'OVERLOADED') result.unknown.push(batch);
    else again.push({ batch, body, at: performance.now() + answer.errors[0].extensions.retryAfterMs });
    await pause(senders ? RETRY_MS : 0);
  };

  if (senders) {
    const sender = async () => {
      while (elapsed() < forMs) await send();
    };
    await Promise.all(Array.from({ length: senders }, sender));
  } else {
    const underWay = new Set();
    while (elapsed() < forMs) {
      while (result.offered < (elapsed() / 1_000) * rate && underWay.size < MAX_CONNECTIONS) {
        const sending = send().finally(() => underWay.delete(sending));
        underWay.add(sending);
      }
      await pause(TICK_MS);
    }
    result.seconds = elapsed() / 1_000;
    process.send('over');
    await Promise.all(underWay);
  }
  result.seconds ||= elapsed() / 1_000;
  return result;
}

process.on('message', (task) => void work(task).then((result) => process.send(result)));
process.on('disconnect', () => process.exit());
