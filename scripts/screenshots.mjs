/**
 * `node scripts/screenshots.mjs http://localhost:4000`: the pictures in docs/images, of the shop page of a running demo.
 * They are to be small (150 KB) and to be looked at.
 */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './bootstrap.mjs';

const MAX_BYTES = 150_000;
const [origin] = process.argv.slice(2);
if (!origin) throw new Error('Say where Freshet is: node scripts/screenshots.mjs http://localhost:4000');
const folder = path.join(root, 'docs', 'images');
mkdirSync(folder, { recursive: true });

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
try {
  const wide = await visit({ viewport: { width: 1100, height: 720 } });
  // The rails of somebody who has looked at something.
  await wide.locator('[data-placement=home-trending] .card-link').first().click();
  await wide.locator('[data-placement=product-similar] .card').first().waitFor();
  await take(wide, 'shop-product');
  await wide.getByRole('link', { name: 'Freshet demo' }).click();
  await wide.locator('[data-placement=home-recently-viewed] .card').first().waitFor();
  await take(wide, 'shop-home');
  await wide.goto(`${origin}/shop/search`);
  await wide.locator('.choice input[name=brand]').first().click();
  await wide.locator('.grid .card').first().waitFor();
  await take(wide, 'shop-search');
  const phone = await visit({ viewport: { width: 390, height: 780 }, colorScheme: 'dark' });
  await take(phone, 'shop-phone');
} finally {
  await browser.close();
}

async function visit(options) {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(`${origin}/shop/`);
  await page.locator('[data-placement=home-personal] .card').first().waitFor();
  return page;
}

/** Once pictures are there and nothing moves any more. */
async function take(page, name) {
  await page.waitForLoadState('networkidle').catch(() => {});
  await page.waitForTimeout(800);
  const file = path.join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  const { size } = statSync(file);
  console.log(`${path.relative(root, file)}: ${size} bytes${size > MAX_BYTES ? `, more than ${MAX_BYTES}` : ''}`);
}
