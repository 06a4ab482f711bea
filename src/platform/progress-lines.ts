/** While something takes long, this often a line says what. */
const INTERVAL_MS = 4_000;

/**
 * Prints what a program does, and what is under way whenever nothing was printed for four seconds. So a terminal is never
 * silent for long. It needs the event loop: long computations must yield.
 */
export class ProgressLines {
  private current: { readonly text: string; readonly since: number } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private printedAt = performance.now();

  /** @param print prints one line */
  constructor(private readonly print: (line: string) => void) {}

  /** Prints a line, which also says what is under way. */
  readonly say = (line: string): void => {
    this.write(line);
    this.doing(line.replace(/ ?…$/, ''));
  };

  /** Says what is under way from now on, without a line. Steps that follow each other quickly have a line every four seconds. */
  readonly doing = (text: string): void => {
    if (this.current?.text === text) return;
    this.current = { text, since: performance.now() };
    this.wait();
  };

  /** Nothing is under way any more. */
  rest(): void {
    this.current = undefined;
    clearTimeout(this.timer);
  }

  private wait(): void {
    clearTimeout(this.timer);
    const due = this.printedAt + INTERVAL_MS - performance.now();
    this.timer = setTimeout(() => this.repeat(), Math.max(0, due));
    this.timer.unref();
  }

  private repeat(): void {
    if (this.current === undefined) return;
    const { text, since } = this.current;
    this.write(`${text} … (${Math.round((performance.now() - since) / 1_000)} s)`);
    this.wait();
  }

  private write(line: string): void {
    this.printedAt = performance.now();
    this.print(line);
  }
}
