/**
 * `node scripts/screenshots.mjs http://localhost:4000`: takes the screenshots in docs/images of the shop page of a
 * running demo. Each should be at most 150 KB; review them before committing.
 */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './bootstrap.mjs';

const MAX_BYTES = 150_000;
const [origin] = process.argv.slice(2);
if (!origin) throw new Error('Pass the URL of Freshet: node scripts/screenshots.mjs http://localhost:4000');
const folder = path.join(root, 'docs', 'images');
mkdirSync(folder, { recursive: true });

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
try {
  const wide = await visit({ viewport: { width: 1100, height: 720 } });
  // View a product first, so that the rails are personal.
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

/** Takes a screenshot after images have loaded and animations have ended. */
async function take(page, name) {
  await page.waitForLoadState('networkidle').catch(() => {});
  await page.waitForTimeout(800);
  const file = path.join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  const { size } = statSync(file);
  console.log(`${path.relative(root, file)}: ${size} bytes${size > MAX_BYTES ? `, more than ${MAX_BYTES}` : ''}`);
}
