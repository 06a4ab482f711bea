'use strict';

const { fork } = require('node:child_process');
const path = require('node:path');
const { countLaunch } = require('./count-launch');

const PROGRAM = path.join(__dirname, 'host-process.js');
const MAX_OUTPUT = 4_000;
/** Also in the threads and processes that the host starts. */
const AT_USUAL_PRIORITY = `--require ${path.join(__dirname, 'usual-priority.js')}`;

/** Starts the shop host (`host-process.js`) at the first use, and again after it has died. */
exports.ShopHost = class ShopHost {
  child = null;
  requests = 0;
  /** By request, the function that settles it. */
  waiting = new Map();
  /** What is open: names by id. */
  shops = new Map();
  /** What was open when the host died: errors by id. */
  lost = new Map();
  output = '';

  /** Opens an API process or a worker of a shop. @returns {{ port?: number, error?: string }} */
  async open(id, { kind, env, logFile }) {
    const name = `${kind} of ${env.NAMESPACE}`;
    this.shops.set(id, name);
    const answer = await this.send({ name: 'open', id, kind, env, logFile }, name);
    if (answer.error !== undefined) this.shops.delete(id);
    return answer;
  }

  async close(id) {
    const error = this.lost.get(id);
    if (error !== undefined) {
      this.lost.delete(id);
      return { error };
    }
    const name = this.shops.get(id);
    this.shops.delete(id);
    return this.send({ name: 'close', id }, name);
  }

  /** Runs `freshet …`. @returns {{ code: number, output: string, errors: string, error?: string }} */
  command(args, env, input) {
    return this.send({ name: 'command', args, env, input }, `freshet ${args.join(' ')}`);
  }

  /** Closes what a test file has left open. @throws if that fails, or if the host has died and the file has not noticed */
  async closeAll() {
    const closed = await Promise.all([...this.shops.keys()].map((id) => this.close(id)));
    const errors = [...this.lost.values(), ...closed.flatMap(({ error }) => error ?? [])];
    this.lost.clear();
    if (errors.length > 0) throw new Error(errors.join('\n'));
  }

  send(order, about) {
    this.child ??= this.start();
    const request = ++this.requests;
    this.child.channel?.ref();
    return new Promise((resolve) => {
      this.waiting.set(request, { about, resolve });
      // If the host has died, its exit event settles the request.
      this.child.send({ ...order, request }, () => undefined);
    });
  }

  settle(request, answer) {
    this.waiting.get(request)?.resolve(answer);
    this.waiting.delete(request);
    if (this.waiting.size === 0) this.child?.channel?.unref();
  }

  start() {
    countLaunch('host');
    const { PATH, HOME, TMPDIR } = process.env;
    const child = fork(PROGRAM, [], {
      env: { PATH, HOME, ...(TMPDIR && { TMPDIR }), NODE_OPTIONS: AT_USUAL_PRIORITY },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (this.output = (this.output + chunk).slice(-MAX_OUTPUT)));
      stream.unref();
    }
    child.unref();
    child.channel.unref();
    child.on('message', ({ request, ...answer }) => this.settle(request, answer));
    child.once('exit', (code, signal) => {
      this.child = null;
      const end = `the shop host ended with ${signal ?? code}.\n${this.output}`;
      for (const [id, name] of this.shops) this.lost.set(id, `${name}: ${end}`);
      this.shops.clear();
      for (const [request, { about }] of [...this.waiting]) this.settle(request, { error: `${about}: ${end}` });
    });
    return child;
  }
};
