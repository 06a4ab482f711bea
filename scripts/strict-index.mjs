/**
 * `node scripts/strict-index.mjs`, a part of `npm run typecheck`: checks the files of tsconfig.strict-index.json with
 * the option `noUncheckedIndexedAccess`. TypeScript has one value of an option for all files of a program, and these
 * files import the excluded ones, so `tsc` would report those as well. This script omits their messages. Exit code 1 if
 * there are other messages.
 *
 * The excluded folders and files loop over typed arrays and columns. The option would require an assertion at almost
 * every access.
 */
import path from 'node:path';
import ts from 'typescript';
import { root } from './bootstrap.mjs';

const { fileNames, options, errors } = ts.getParsedCommandLineOfConfigFile(
  path.join(root, 'tsconfig.strict-index.json'),
  undefined,
  {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
    },
  },
);
const checked = new Set(fileNames);
const program = ts.createIncrementalProgram({ rootNames: fileNames, options });
const found = program.getSemanticDiagnostics().filter(({ file }) => file === undefined || checked.has(file.fileName));
program.emit(); // Stores the results, so that the next run checks only what has changed.
const faults = [...errors, ...found];
const format = process.stderr.isTTY ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics;
process.stderr.write(
  format(faults, {
    getCanonicalFileName: (file) => file,
    getCurrentDirectory: () => root,
    getNewLine: () => '\n',
  }),
);
process.exitCode = faults.length > 0 ? 1 : 0;
