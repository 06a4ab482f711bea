'use strict';

/**
 * The shop host: one process that runs the API processes, workers and commands of many shops, built as in production.
 * `shop-host.js` starts it and sends it requests: `open`, `close` and `command`.
 */
require('reflect-metadata');
const path = require('node:path');
const { Readable } = require('node:stream');

const DIST = path.resolve(__dirname, '../../dist');
const built = (file) => require(path.join(DIST, file));

/** What is open or opening, by id. */
const open = new Map();
/** Commands run one at a time, because each takes the environment and the output of the process. */
let lastCommand = Promise.resolve();

/**
 * Loads the code of all rooms before the first shop is opened. Loading blocks the process, and statements of a shop
 * that is open would seem to take that long.
 */
async function load() {
  for (const program of ['src/api.js', 'src/worker.js']) built(program);
  const { SHOP } = built('src/shop.js');
  for (const { api, worker, models = [] } of SHOP)
    await Promise.all([api?.(), worker?.(), ...models.map(({ fitter }) => fitter())]);
}
let loaded;
/** Programs start one at a time, because each start blocks the process for a while. */
let lastStart = Promise.resolve();

async function start(kind, config) {
  await (loaded ??= load());
  if (kind === 'worker') {
    const worker = await built('src/worker.js').startWorker(config);
    return { close: () => worker.stop() };
  }
  const api = await built('src/api.js').startApi(config);
  return { port: api.port, close: () => api.close() };
}

const REQUESTS = {
  async open({ id, kind, env, logFile }) {
    const config = { ...built('src/config.js').readConfig(env), logFile };
    const starting = lastStart.then(() => start(kind, config));
    lastStart = starting.catch(() => undefined);
    open.set(id, starting);
    return { port: (await starting).port };
  },
  async close({ id }) {
    const { close } = await open.get(id);
    open.delete(id);
    await close();
    return {};
  },
  command(request) {
    const result = lastCommand.then(() => runCommand(request));
    lastCommand = result.catch(() => undefined);
    return result;
  },
};

async function runCommand({ args, env, input = '' }) {
  const result = { output: '', errors: '' };
  const before = { env: process.env, out: process.stdout.write, err: process.stderr.write };
  const capture = (name) => (chunk, encoding, done) => {
    result[name] += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    const written = typeof encoding === 'function' ? encoding : done;
    if (written) process.nextTick(written);
    return true;
  };
  const stdin = Object.getOwnPropertyDescriptor(process, 'stdin');
  Object.defineProperty(process, 'stdin', {
    value: Readable.from(input === '' ? [] : [Buffer.from(input)]),
    configurable: true,
  });
  process.env = { NODE_OPTIONS: before.env.NODE_OPTIONS, ...env };
  process.stdout.write = capture('output');
  process.stderr.write = capture('errors');
  try {
    return { code: await built('cli/run.js').runCommandLine(args), ...result };
  } finally {
    process.env = before.env;
    Object.defineProperty(process, 'stdin', stdin);
    process.stdout.write = before.out;
    process.stderr.write = before.err;
  }
}

process.on('message', ({ request, ...order }) => {
  const answer = (given) => process.connected && process.send({ request, ...given });
  REQUESTS[order.name](order).then(answer, (error) => answer({ error: error.stack ?? String(error) }));
});
process.on('disconnect', () => process.exit(0));
