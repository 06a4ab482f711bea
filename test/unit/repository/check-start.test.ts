import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';

const START = path.resolve(__dirname, '../../../scripts/start.mjs');

describe('npm start', () => {
  it('says that its port is in use before it installs or builds anything', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as { port: number };
    const child = spawn(process.execPath, [START], {
      env: { PATH: process.env.PATH, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    const [code] = (await once(child, 'close')) as [number];
    squatter.close();
    expect([code, errors]).toEqual([
      1,
      `Port ${port} of 127.0.0.1 is in use: stop the process that listens on it (another Freshet?), or set PORT to another port.\n`,
    ]);
  });
});
