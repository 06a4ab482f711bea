/** The steps that a text of docs/ asks its reader to do, in order. */
export type Step =
  /** A fenced block, with the prose between it and the block before. */
  | {
      readonly kind: 'block';
      readonly line: number;
      readonly language: string;
      readonly text: string;
      readonly prose: string;
    }
  /** `Open <URL>`, `Press **NAME**`, and `Reload the page`: steps in a browser. */
  | { readonly kind: 'open'; readonly line: number; readonly url: string }
  | { readonly kind: 'press'; readonly line: number; readonly name: string }
  | { readonly kind: 'reload'; readonly line: number };
export type Block = Extract<Step, { kind: 'block' }>;

const FENCE = /^```(\w*)\n([^]*?)^```$/gm;
const DEEDS = /\bopen <(?<url>https?:[^>]+)>|\bpress \*\*(?<name>[^*]+)\*\*|\breload the page\b/gi;

/** @param markdown has fences of three backticks at the beginning of a line, each with its language */
export function tutorialSteps(markdown: string): Step[] {
  const steps: Step[] = [];
  const lineAt = (index: number) => markdown.slice(0, index).split('\n').length;
  const readProse = (from: number, to: number): string => {
    const prose = markdown.slice(from, to);
    for (const { index, groups } of prose.matchAll(DEEDS)) {
      const line = lineAt(from + index);
      if (groups?.url !== undefined) steps.push({ kind: 'open', line, url: groups.url });
      else if (groups?.name !== undefined) steps.push({ kind: 'press', line, name: groups.name });
      else steps.push({ kind: 'reload', line });
    }
    return prose;
  };
  let end = 0;
  for (const fence of markdown.matchAll(FENCE)) {
    const [whole, language, text] = fence;
    const prose = readProse(end, fence.index);
    steps.push({ kind: 'block', line: lineAt(fence.index), language, text, prose });
    end = fence.index + whole.length;
  }
  readProse(end, markdown.length);
  return steps;
}

/** Returns the file to save a block as, if its prose names one: “Save this as `page/index.html`”. */
export function savedAs({ prose }: Block): string | undefined {
  return [...prose.matchAll(/\bsave [^`.:]*?\bas `([^`]+)`/gi)].at(-1)?.[1];
}

/** Whether the program that a block starts stays running during the next steps: “leave it running”. */
export function staysRunning({ prose }: Block): boolean {
  return /\bleave (it|this) running\b/i.test(prose);
}
