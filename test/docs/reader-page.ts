import type { Browser } from 'playwright-core';
import { launchBrowser, visit, type Visit } from '../setup/browser';

/** The browser of a reader: one tab, which stays open from one step to the next. */
export class ReaderPage {
  private constructor(
    private readonly browser: Browser,
    private visitor: Visit | undefined,
  ) {}

  static async launch(): Promise<ReaderPage> {
    return new ReaderPage(await launchBrowser(), undefined);
  }

  /** @param hosts further hosts that the page may call */
  async open(url: string, hosts: readonly string[]): Promise<void> {
    this.complain();
    this.visitor = await visit(this.browser, url, undefined, hosts);
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  /**
   * The page reloads itself, as with the browser's button, and this waits for the new document. Vite also reloads it
   * after a change of a file. Chromium refuses the reload of a debugger (`page.reload`) while another one is under way.
   */
  async reload(): Promise<void> {
    await this.page.waitForFunction(
      `(() => {
        if (performance.timeOrigin > ${Date.now()}) return document.readyState === 'complete';
        globalThis.isReloading ??= (location.reload(), true);
        return false;
      })()`,
    );
  }

  /** Returns the visible text, without the blank lines between blocks. */
  async text(): Promise<string> {
    const text = await this.page.locator('body').innerText();
    return text.replace(/\n\s*\n+/g, '\n').trim();
  }

  async close(): Promise<void> {
    try {
      this.complain();
    } finally {
      await this.browser.close();
    }
  }

  private get page(): Visit['page'] {
    if (this.visitor === undefined) throw new Error('no page is open');
    return this.visitor.page;
  }

  private complain(): void {
    const complaints = this.visitor?.complaints ?? [];
    if (complaints.length > 0) throw new Error(`the page complains:\n${complaints.join('\n')}`);
  }
}
