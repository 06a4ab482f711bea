/**
 * Opens Freshet's pages in a real Chromium. An error on a page's console or a request to another host fails the test.
 */
import { existsSync, readFileSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { PATIENCE_MS } from './until';

const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of Chromium: `CHROMIUM`, or one of the usual places. */
export const chromiumPath = process.env.CHROMIUM ?? PLACES.find((place) => existsSync(place));

/** `describe` if Chromium is installed. Otherwise it skips the tests and prints a clear warning. */
export const describeInBrowser: jest.Describe = (() => {
  if (chromiumPath !== undefined) return describe;
  process.stderr.write(
    '\n⚠ NOT TRIED: the pages in a browser. There is no Chromium (apt-get install chromium, or set CHROMIUM).\n',
  );
  return describe.skip;
})();

export interface Visit {
  readonly page: Page;
  /** Console errors, uncaught exceptions and requests to other hosts so far. */
  readonly complaints: readonly string[];
  /** Removes complaints that match, for example those about an unavailable server. */
  forgive(pattern: RegExp): void;
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: FLAGS });
}

const VIEWPORT = { width: 1280, height: 800 };

/**
 * Returns a new visitor, without any data of another one.
 * @param hosts further hosts that the page may call
 */
export async function visit(
  browser: Browser,
  url: string,
  viewport = VIEWPORT,
  hosts: readonly string[] = [],
): Promise<Visit> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const { host } = new URL(url);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const to = new URL(request.url());
    if (to.protocol !== 'data:' && to.protocol !== 'blob:' && to.host !== host && !hosts.includes(to.host))
      complaints.push(`another host: ${request.url()}`);
  });
  await page.goto(url);
  return {
    page,
    complaints,
    forgive: (pattern) => {
      const kept = complaints.filter((complaint) => !pattern.test(complaint));
      complaints.splice(0, complaints.length, ...kept);
    },
  };
}

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Runs in the page after its animations have ended: returns the violations that axe-core finds, and whether anything
 * has changed or moved in the meantime.
 */
const LOOK = `(async () => {
  const appearing = () => document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < Infinity);
  await Promise.allSettled(appearing().map(({ finished }) => finished));
  let changes = 0;
  const nodes = new MutationObserver((records) => (changes += records.length));
  nodes.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const places = new PerformanceObserver((entries) => (changes += entries.getEntries().length));
  places.observe({ type: 'layout-shift' });
  const { violations } = await axe.run({ resultTypes: ['violations'] });
  changes += nodes.takeRecords().length + places.takeRecords().length + appearing().length;
  nodes.disconnect();
  places.disconnect();
  return { violations, hasMoved: changes > 0 };
})()`;

/** Maximum number of checks of a page that keeps changing; the last one counts in any case. A busy machine needs many. */
const MAX_LOOKS = 30;

/**
 * Returns the serious and critical violations that axe-core finds on the page as it is now. axe-core stores the
 * positions of all elements when it starts. While a live list moves, it can mistake the colours of one element for
 * those of another, and elements that fade in are still pale. The check is therefore repeated if the page changed
 * during it.
 */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // A page that changes without end is at least not animated meanwhile.
  await page.emulateMedia({ reducedMotion: 'reduce' });
  try {
    for (let look = 1; ; look++) {
      const { faults, hasMoved } = await lookForFaults(page);
      if (faults.length === 0 || !hasMoved || look === MAX_LOOKS) return faults;
    }
  } finally {
    await page.emulateMedia({ reducedMotion: null });
  }
}

async function lookForFaults(page: Page): Promise<{ faults: string[]; hasMoved: boolean }> {
  // `evaluate` adds no script element, so the page's Content-Security-Policy does not apply to it.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe);
  const { violations, hasMoved } = await page.evaluate<{ violations: Violation[]; hasMoved: boolean }>(LOOK);
  const faults = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(' ')).join(', ')})`);
  return { faults, hasMoved };
}

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}
