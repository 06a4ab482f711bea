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
import { GraphqlPoster } from '../src/imports/graphql-poster';
import { readLines } from '../src/imports/lines';
import { ANSWER_LANGUAGES } from '../src/support/answers/templates';
import { personWords } from '../src/support/answers/words';
import { formatCount } from './format-count';
import { checkInputFile } from './input-file';
import { UsageError } from './usage-error';

export const EVALUATE_ANSWERS_USAGE = 'evaluate-answers FILE [--record] [--url URL] [--key KEY] [--json]';

/**
 * Runs `evaluate-answers FILE`: plays scripted conversations against a running shop, and compares its answers with what
 * the script expects.
 * @throws UsageError for a wrong command line, Error for a script that can't be played or whose answers differ
 */
export async function runEvaluateAnswers(argv: readonly string[]): Promise<void> {
  const { file, isRecording, url, key, json } = parseAnswerSettings(argv);
  const script = await readScript(file);
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
  const facts = Object.values(script.facts).flat().length;
  if (isRecording) {
    printProgress(`recording ${formatCount(facts, 'fact')}`);
    await recordFacts(script, run);
  } else if (facts > 0)
    printProgress(`${formatCount(facts, 'fact')} of the file not recorded: pass --record for an empty shop`);
  const played = await playScript(script, run);
  const dataset = file === '-' ? 'stdin' : basename(file);
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
  const lines = played.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`));
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
    ].join('\n'),
  );
}

async function readScript(file: string): Promise<ConversationScript> {
  const lines: string[] = [];
  for await (const batch of readLines(file)) lines.push(...batch);
  try {
    return readConversationScript(lines.join('\n'));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

interface AnswerSettings {
  readonly file: string;
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
      record: { type: 'boolean', default: false },
      url: { type: 'string' },
      key: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1)
    throw new UsageError('evaluate-answers needs exactly one FILE (or - for standard input)');
  checkInputFile(file);
  const config = readConfig();
  const url = values.url ?? `http://127.0.0.1:${config.port}/graphql`;
  if (!URL.canParse(url)) throw new UsageError(`--url must be a URL; got ${url}`);
  const key = values.key ?? process.env.FRESHET_KEY ?? config.adminKey;
  if (!key) throw new UsageError('an admin key is needed: pass --key KEY, or set FRESHET_KEY in the environment');
  return { file, isRecording: values.record, url, key, json: values.json };
}
