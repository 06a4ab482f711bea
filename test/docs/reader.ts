/** Follows a text of docs/ exactly as written, and compares the results with those that it shows. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../src/local-services/free-port';
import { PATIENCE_MS } from '../setup/until';
import { differenceOfJson, differenceOfText, type Known, withKnown } from './as-shown';
import { ReaderPage } from './reader-page';
import { ReaderRequests } from './reader-requests';
import { ReaderShell, type Terminal } from './reader-shell';
import { type Block, savedAs, staysRunning, type Step, tutorialSteps } from './tutorial-steps';

const ROOT = path.resolve(__dirname, '../..');
const LOOK_MS = 50;

/** The result of the last step, for the block that shows it. */
type Outcome =
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'terminal'; readonly terminal: Terminal }
  | { readonly kind: 'answer'; readonly answer: unknown }
  | { readonly kind: 'page' };

/**
 * Executes blocks by their language:
 * - `sh` is run, and left running if its prose says so; `text` shows its output, `json` its output as JSON
 * - `graphql` is sent; a `json` block before the response holds the variables if the operation has some, and the
 *   headers if it names a key
 * - a subscription continues: a `json` block without an operation shows the next message that differs from the last one
 * - a block is saved to a file if its prose says so; after a browser step, `text` shows the page
 *
 * Each port of the text is replaced by a free port.
 */
export class Reader {
  private readonly known: Known = new Map();
  private readonly terminals: Terminal[] = [];
  private outcome: Outcome | undefined;
  private page: ReaderPage | undefined;

  private constructor(
    private readonly ports: ReadonlyMap<string, number>,
    private readonly shell: ReaderShell,
    private readonly requests: ReaderRequests,
  ) {}

  static async arrive(): Promise<Reader> {
    const ports = new Map([
      ['4000', await freePort()],
      ['5173', await freePort()],
      ['5174', await freePort()],
    ]);
    const port = ports.get('4000') as number;
    // On a busy machine, the worker may be late; pages would complain about the events that are refused then.
    const settings = { PORT: String(port), INBOX_MAX_AGE_MS: '600000' };
    return new Reader(ports, new ReaderShell(settings), new ReaderRequests(port));
  }

  /**
   * @param file relative to the project's folder. @throws Error with the line of the step that differs from the text
   */
  async follow(file: string): Promise<void> {
    // Each text explains the names that it uses.
    this.known.clear();
    for (const step of stepsOf(file)) {
      try {
        await this.take(step);
      } catch (error) {
        throw new Error(`${file}:${step.line}: ${(error as Error).message}`);
      }
    }
    this.expectShown();
  }

  /**
   * Runs the first block of a language that contains a word. A program is saved as its text says, and started with the
   * command.
   * @returns the output
   */
  async paste(file: string, language: string, word: string, command?: string): Promise<string> {
    const block = stepsOf(file).find(
      (step): step is Block => step.kind === 'block' && step.language === language && step.text.includes(word),
    );
    if (!block) throw new Error(`${file} has no ${language} block with ${word}`);
    const name = savedAs(block);
    if (name !== undefined) this.save(name, this.here(block.text));
    return this.shell.run(command ?? this.here(block.text));
  }

  /** Sends all operations of a text, with the variables that follow them. @throws Error if one of them is refused */
  async tryOperations(file: string): Promise<void> {
    const blocks = stepsOf(file).filter((step): step is Block => step.kind === 'block');
    for (const [at, { line, language, text }] of blocks.entries()) {
      if (language !== 'graphql') continue;
      try {
        let asked = await this.requests.ask(text);
        if (this.requests.wantsVariables)
          asked = await this.requests.useVariables(JSON.parse(blocks[at + 1].text) as Record<string, unknown>);
        // The first message of a subscription is the response.
        if (asked) failOn(ReaderRequests.faultOf(asked.answer));
        else await this.requests.next((message) => ReaderRequests.faultOf(message));
      } catch (error) {
        throw new Error(`${file}:${line}: ${(error as Error).message}`);
      }
    }
  }

  /** Uses a key that a text has shown from now on. */
  useKey(name: string): void {
    this.requests.useHeaders({ 'x-api-key': this.known.get(name) });
  }

  /** Stops the running programs. @throws Error if one of them fails while it stops */
  async leave(): Promise<void> {
    // The newest first. All are stopped, even if one of them fails.
    const endings = [
      () => this.requests.close(),
      () => this.page?.close(),
      ...this.terminals
        .splice(0)
        .reverse()
        .map((terminal) => () => terminal.end()),
    ];
    const faults: unknown[] = [];
    for (const end of endings) {
      try {
        await end();
      } catch (error) {
        faults.push(error);
      }
    }
    if (faults.length > 0) throw faults[0];
  }

  private async take(step: Step): Promise<void> {
    if (step.kind === 'block') return this.takeBlock({ ...step, text: this.here(step.text) });
    this.expectShown();
    if (step.kind === 'open') return this.open(this.here(step.url));
    if (step.kind === 'press') await this.pageOf().press(step.name);
    else await this.pageOf().reload();
    this.outcome = { kind: 'page' };
  }

  private async takeBlock(block: Block): Promise<void> {
    const file = savedAs(block);
    if (file !== undefined) return this.save(file, block.text);
    if (block.language === 'sh') return this.run(block);
    if (block.language === 'graphql') return this.ask(block.text);
    if (block.language === 'json') return this.takeJson(JSON.parse(block.text) as object);
    if (block.language === 'text') return this.show(block.text);
    throw new Error(`the reader does not support blocks of language ${block.language}`);
  }

  private save(file: string, text: string): void {
    const place = path.join(this.shell.folder, file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, text);
  }

  private async run(block: Block): Promise<void> {
    this.expectShown();
    if (!staysRunning(block)) {
      this.outcome = { kind: 'output', text: await this.shell.run(block.text) };
      return;
    }
    const command = commandOf(block.text);
    const at = this.terminals.findIndex(({ command: other }) => commandOf(other).program === command.program);
    const kept =
      at >= 0 && command.settings.every((each) => commandOf(this.terminals[at].command).settings.includes(each));
    // It is restarted with other settings.
    if (at >= 0 && !kept) await this.terminals.splice(at, 1)[0].end();
    const terminal = kept ? this.terminals[at] : this.shell.start(block.text);
    if (!kept) this.terminals.push(terminal);
    this.outcome = { kind: 'terminal', terminal };
  }

  private async ask(operation: string): Promise<void> {
    this.expectShown();
    this.outcome = await this.requests.ask(operation);
  }

  private async takeJson(json: object): Promise<void> {
    if (ReaderRequests.areHeaders(json)) return this.requests.useHeaders(json);
    if (this.requests.wantsVariables) {
      this.outcome = await this.requests.useVariables(json as Record<string, unknown>);
      return;
    }
    const { outcome } = this;
    this.outcome = undefined;
    if (outcome?.kind === 'answer') {
      const difference = differenceOfJson(json, outcome.answer, this.known);
      return failOn(difference && `${difference}; the whole answer: ${JSON.stringify(outcome.answer).slice(0, 2_000)}`);
    }
    if (outcome?.kind === 'output') return failOn(differenceOfJson(json, JSON.parse(outcome.text), this.known));
    if (outcome !== undefined) throw new Error('the last step has no JSON output');
    await this.requests.next((message) => differenceOfJson(json, message, this.known));
  }

  private async show(text: string): Promise<void> {
    const { outcome } = this;
    this.outcome = undefined;
    if (outcome?.kind === 'output') return failOn(differenceOfText(text, outcome.text, this.known));
    if (outcome?.kind === 'terminal')
      return this.see(async () =>
        differenceOfText(`${text}…\n`, withoutProgress(outcome.terminal.output()), this.known),
      );
    if (outcome?.kind === 'page')
      return this.see(async () => differenceOfText(text, await this.pageOf().text(), this.known));
    throw new Error('there is no output to compare with');
  }

  /** Compares repeatedly until the output matches. @throws Error with the difference if that takes too long */
  private async see(differs: () => Promise<string | undefined>): Promise<void> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    for (;;) {
      const difference = await differs();
      if (difference === undefined) return;
      if (Date.now() > giveUpAt) throw new Error(difference);
      await sleep(LOOK_MS);
    }
  }

  private async open(url: string): Promise<void> {
    const { status } = await fetch(url);
    if (status !== 200) throw new Error(`${url} answers ${status}`);
    // Sends the explorer's queries to the same address.
    if (url.endsWith('/explorer/')) return;
    this.page ??= await ReaderPage.launch();
    await this.page.open(
      url,
      [...this.ports.values()].map((port) => `localhost:${port}`),
    );
    this.outcome = { kind: 'page' };
  }

  private pageOf(): ReaderPage {
    if (this.page === undefined) throw new Error('no page is open');
    return this.page;
  }

  /** A response that the text does not show must still be successful. */
  private expectShown(): void {
    const { outcome } = this;
    this.outcome = undefined;
    if (this.requests.wantsVariables)
      throw new Error('the previous operation has variables, and no block gives their values');
    if (outcome?.kind === 'answer') failOn(ReaderRequests.faultOf(outcome.answer));
  }

  private here(text: string): string {
    return withKnown(text, this.known).replace(/\b\d{4}\b/g, (number) => String(this.ports.get(number) ?? number));
  }
}

function stepsOf(file: string): Step[] {
  return tutorialSteps(readFileSync(path.join(ROOT, file), 'utf8'));
}

/** `PORT=4100 npm start`: a program, and its settings. */
function commandOf(command: string): { readonly program: string; readonly settings: readonly string[] } {
  const [settings] = /^(?:\w+=\S* )*/.exec(command) as RegExpExecArray;
  return { program: command.slice(settings.length), settings: settings.split(' ').filter((each) => each !== '') };
}

/**
 * Removes what a slow machine has anywhere: the lines that say every few seconds what is under way, and warnings, such as
 * that a lease was not renewed in time.
 */
function withoutProgress(output: string): string {
  return output.replace(/^(?:.* … \(\d+ s\)|\d\d:\d\d:\d\d WARN .*)\n/gm, '');
}

function failOn(difference: string | undefined): void {
  if (difference !== undefined) throw new Error(difference);
}
