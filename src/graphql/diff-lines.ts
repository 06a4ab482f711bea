/** Lines around a change that are shown with it. */
const AROUND = 2;

/** What turns one text into another, by lines: `-` goes, `+` comes, with a little around; empty for equal texts. */
export function diffLines(before: string, after: string): string {
  const a = before.split('\n');
  const b = after.split('\n');
  const steps = stepsBetween(a, b);
  const changed = steps.flatMap((step, index) => (step.startsWith(' ') ? [] : [index]));
  const shown = new Set(
    changed.flatMap((index) => Array.from({ length: 2 * AROUND + 1 }, (_, k) => index - AROUND + k)),
  );
  const lines: string[] = [];
  steps.forEach((step, index) => {
    if (!shown.has(index)) return;
    if (lines.length > 0 && !shown.has(index - 1)) lines.push('  …');
    lines.push(step);
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** Longest common subsequence of what is left between the common start and the common end. */
function stepsBetween(a: readonly string[], b: readonly string[]): string[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const x = a.slice(start, a.length - end);
  const y = b.slice(start, b.length - end);

  const width = y.length + 1;
  const common = new Uint32Array((x.length + 1) * width);
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = y.length - 1; j >= 0; j--) {
      const skip = Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
      common[i * width + j] = x[i] === y[j] ? common[(i + 1) * width + j + 1] + 1 : skip;
    }
  }
  const middle: string[] = [];
  for (let i = 0, j = 0; i < x.length || j < y.length;) {
    if (i < x.length && j < y.length && x[i] === y[j]) {
      middle.push(`  ${x[i]}`);
      i++;
      j++;
    } else if (i < x.length && (j === y.length || common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      middle.push(`- ${x[i++]}`);
    } else {
      middle.push(`+ ${y[j++]}`);
    }
  }
  const same = (line: string): string => `  ${line}`;
  return [...a.slice(0, start).map(same), ...middle, ...a.slice(a.length - end).map(same)];
}
