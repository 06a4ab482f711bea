import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readConfig } from '../src/config';
import { readConversationScript, type ConversationScript } from '../src/evaluation/answers/conversation-script';
import {
  playScript,
  recordFacts,
  type PlayedConversation,
  type ScriptRun,
} from '../src/evaluation/answers/play-script';
import { VERDICTS } from '../src/evaluation/answers/judge';
import { GraphqlPoster } from '../src/imports/graphql-poster';
import { readLines } from '../src/imports/lines';
import { ANSWER_LANGUAGES } from '../src/support/language/languages';
import { personWords } from '../src/support/answers/words';
import { formatCount } from './format-count';
import { checkInputFile } from './input-file';
import { UsageError } from './usage-error';

export const EVALUATE_ANSWERS_USAGE =
  'evaluate-answers FILE... [--facts FILE] [--record] [--url URL] [--key KEY] [--json]';

/**
 * Runs `evaluate-answers FILE...`: plays scripted conversations against a running shop, compares its answers with what
 * the scripts expect, and prints a table of the verdicts on those that say what a right answer is.
 * @throws UsageError for a wrong command line, Error for a script that can't be played or whose answers differ
 */
export async function runEvaluateAnswers(argv: readonly string[]): Promise<void> {
  const { files, factsFile, isRecording, url, key, json } = parseAnswerSettings(argv);
  const scripts = await readScripts(files, factsFile);
  const [script] = scripts;
  const poster = new GraphqlPoster(url, key);
  const run: ScriptRun = {
    send: async <Data>(query: string, variables: object, token?: string) => {
      const { data, errors } = await poster.post(query, variables, token);
      if (errors !== undefined || data == null) throw new Error(`${url}: ${errors?.[0]?.message ?? 'no answer'}`);
      return data as Data;
    },
    newId: randomUUID,
    pause: sleep,
    now: Date.now(),
    personLabels: ANSWER_LANGUAGES.map(personWords),
    onProgress: printProgress,
  };
  const facts = Object.values(script!.facts).flat().length;
  if (isRecording) {
    printProgress(`recording ${formatCount(facts, 'fact')}`);
    // Scripts with one file of facts share them.
    for (const each of factsFile === undefined ? scripts : [script!]) await recordFacts(each, run);
  } else if (facts > 0)
    printProgress(`${formatCount(facts, 'fact')} of the file not recorded: pass --record for an empty shop`);
  const played: PlayedConversation[] = [];
  for (const each of scripts) played.push(...(await playScript(each, run)));
  const dataset = files.map((file) => (file === '-' ? 'stdin' : basename(file))).join(', ');
  if (json) process.stdout.write(`${JSON.stringify({ dataset, conversations: played })}\n`);
  else printPlayed(dataset, played);
  const failed = played.filter(({ faults }) => faults.length > 0).length;
  if (failed > 0) throw new Error(`${failed} of ${formatCount(played.length, 'conversation')} did not end as expected`);
}

const printProgress = (line: string): void => void process.stderr.write(`${line}\n`);

function printPlayed(dataset: string, played: readonly PlayedConversation[]): void {
  const sum = (count: (one: PlayedConversation) => number) => played.reduce((total, one) => total + count(one), 0);
  const asExpected = sum(({ faults }) => (faults.length === 0 ? 1 : 0));
  const known = sum(({ hasKnownFault, faults }) => (hasKnownFault && faults.length === 0 ? 1 : 0));
  const lines = played.flatMap(({ name, faults, objections }) =>
    [...faults, ...objections].map((fault) => `${name}: ${fault}`),
  );
  console.log(
    [
      ...lines,
      `${dataset}: ${asExpected - known} of ${formatCount(played.length, 'conversation')} as expected, ${formatCount(known, 'known fault')}`,
      `${formatCount(
        sum(({ messages }) => messages),
        'message',
      )}, ${formatCount(
        sum(({ answers }) => answers),
        'automatic answer',
      )}`,
      `${formatCount(
        sum(({ compared }) => compared),
        'stated value',
      )} compared with the fields that they come from`,
      ...verdictTable(played),
    ].join('\n'),
  );
}

/** Returns the lines of a table with the verdicts by language; none if no conversation has a verdict. */
function verdictTable(played: readonly PlayedConversation[]): string[] {
  const judged = played.filter(({ verdict }) => verdict !== null);
  if (judged.length === 0) return [];
  const languages = [...new Set(judged.map(({ language }) => language ?? '—'))];
  const row = (name: string, of: readonly PlayedConversation[]) =>
    [name, ...VERDICTS.map((each) => String(of.filter(({ verdict }) => verdict === each).length))].map((cell, at) =>
      at === 0 ? cell.padEnd(8) : cell.padStart(8),
    );
  return [
    ['language', ...VERDICTS.map((each) => each.toLowerCase().padStart(8))],
    ...languages.map((name) =>
      row(
        name,
        judged.filter(({ language }) => (language ?? '—') === name),
      ),
    ),
    row('all', judged),
  ].map((cells) => cells.join(' '));
}

async function readText(file: string): Promise<string> {
  const lines: string[] = [];
  for await (const batch of readLines(file)) lines.push(...batch);
  return lines.join('\n');
}

async function readScripts(files: readonly string[], factsFile: string | undefined): Promise<ConversationScript[]> {
  const facts = factsFile === undefined ? undefined : await readText(factsFile);
  return Promise.all(
    files.map(async (file) => {
      try {
        return readConversationScript(await readText(file), facts);
      } catch (error) {
        throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
      }
    }),
  );
}

interface AnswerSettings {
  readonly files: readonly string[];
  readonly factsFile: string | undefined;
  readonly isRecording: boolean;
  readonly url: string;
  readonly key: string;
  readonly json: boolean;
}

function parseAnswerSettings(argv: readonly string[]): AnswerSettings {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      facts: { type: 'string' },
      record: { type: 'boolean', default: false },
      url: { type: 'string' },
      key: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (positionals.length === 0) throw new UsageError('evaluate-answers needs a FILE (or - for standard input)');
  for (const file of [...positionals, ...(values.facts === undefined ? [] : [values.facts])]) checkInputFile(file);
  const config = readConfig();
  const url = values.url ?? `http://127.0.0.1:${config.port}/graphql`;
  if (!URL.canParse(url)) throw new UsageError(`--url must be a URL; got ${url}`);
  const key = values.key ?? process.env.FRESHET_KEY ?? config.adminKey;
  if (!key) throw new UsageError('an admin key is needed: pass --key KEY, or set FRESHET_KEY in the environment');
  return { files: positionals, factsFile: values.facts, isRecording: values.record, url, key, json: values.json };
}
