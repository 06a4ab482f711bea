/**
 * `ADMIN_KEY=… node scripts/screenshots-console.mjs [URL]`: takes the screenshots of the console for docs/console.md,
 * from a running demo shop (by default at http://localhost:4000). It records synthetic events in that shop, so that
 * figures change.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './bootstrap.mjs';

const url = process.argv[2] ?? 'http://localhost:4000';
const apiKey = process.env.ADMIN_KEY;
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const folder = path.join(root, 'docs', 'images');
const CUSTOMER = 'demo-customer-1';
/** Range of the events' times; less than the streams' lateness of ten minutes. */
const SPAN_MS = 9 * 60_000;

if (!apiKey) throw new Error('Set ADMIN_KEY to the shop’s admin key.');
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
try {
  await light();
  await dark();
  await phone();
} finally {
  await browser.close();
}

async function light() {
  const page = await signedIn('light');
  await business(page, 1280, 'console-business');
  await page.setViewportSize({ width: 1100, height: 720 });
  await page.goto(`${url}/console/system`);
  await page.getByRole('heading', { name: 'State' }).waitFor();
  await page
    .getByRole('link', { name: /^Stream .*minute$/ })
    .nth(2)
    .waitFor();
  const { products } = await ask('{ products(first: 50) { nodes { id price { amount currency } } } }');
  // The second batch is late for windows that the page has already shown: they are marked as corrected.
  for (const count of [200, 3]) {
    await record(products.nodes, count);
    await page.waitForTimeout(2_500);
  }
  await page.screenshot({ path: path.join(folder, 'console-system.png') });
  // Wide enough to show the lists next to the history.
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.goto(`${url}/console/lab/${CUSTOMER}`);
  const popular = page.getByRole('region', { name: 'Popular list' });
  await popular
    .getByRole('button', { name: 'View' })
    .nth(Math.floor(5 * Math.random()))
    .click();
  await page
    .getByRole('region', { name: 'Recently viewed list' })
    .getByText(/changed/)
    .waitFor();
  // The list for the viewed product arrives last.
  await page.getByRole('region', { name: 'Similar list' }).locator('.shares').first().waitFor();
  await page.evaluate('scrollTo(0, 0)');
  await page.screenshot({ path: path.join(folder, 'console-lab.png') });
  await page.getByRole('link', { name: 'Two versions' }).click();
  for (const side of [/^Left:/, /^Right:/])
    await page.getByRole('region', { name: side }).locator('.shares').first().waitFor();
  await page.screenshot({ path: path.join(folder, 'console-versions.png') });
}

async function dark() {
  const page = await signedIn('dark');
  await page.goto(`${url}/console/search`);
  await page.getByRole('searchbox').fill('expresso');
  await page.getByText('instead').waitFor();
  await page.screenshot({ path: path.join(folder, 'console-search.png') });
  await page.goto(`${url}/console/search-reports`);
  await page.getByRole('table').nth(1).waitFor();
  await page.screenshot({ path: path.join(folder, 'console-search-reports.png') });
  await page.goto(`${url}/console/models`);
  await page.getByRole('table').first().waitFor();
  await page.screenshot({ path: path.join(folder, 'console-models.png') });
}

async function phone() {
  const page = await signedIn('light', { width: 390, height: 844 });
  await business(page, 390, 'console-business-phone');
}

/** The page Business of the last week: as far as its placements, on a phone as far as what needs attention. */
async function business(page, width, name) {
  await page.setViewportSize({ width, height: 800 });
  await page.getByRole('link', { name: '7 days', exact: true }).click();
  await page.getByRole('table').first().waitFor();
  await page.getByText('Forecast:').waitFor();
  const last = page.getByRole('region', { name: width > 800 ? 'Placements' : 'Needs attention' }).first();
  const { y, height } = await last.boundingBox();
  await page.setViewportSize({ width, height: Math.ceil(y + height) + 16 });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

async function signedIn(colorScheme, viewport = { width: 1100, height: 720 }) {
  const context = await browser.newContext({ viewport, colorScheme });
  const page = await context.newPage();
  await page.goto(`${url}/console/`);
  await page.getByLabel('Admin key').fill(apiKey);
  await page.getByLabel('Stay signed in').check();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Business' }).waitFor();
  return page;
}

/** Records synthetic events over the last minutes. */
async function record(products, count) {
  const events = Array.from({ length: count }, (_, index) => {
    const { id: productId, price } = products[Math.floor(products.length * Math.random() ** 2)];
    const occurredAt = new Date(Date.now() - SPAN_MS * Math.random() ** 1.5).toISOString();
    const customerId = `demo-customer-${1 + Math.floor(200 * Math.random())}`;
    const event = { id: `screenshots:${Date.now()}:${index}`, occurredAt, customerId, productId };
    if (Math.random() < 0.7 || !price) return { ...event, type: 'VIEW' };
    return { ...event, type: 'PURCHASE', unitPrice: price };
  });
  const mutation = 'mutation($events: [EventInput!]!) { recordEvents(input: { events: $events }) { accepted } }';
  await ask(mutation, { events });
}

async function ask(query, variables = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}
