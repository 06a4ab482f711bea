/** What the server tells the explorer before it starts; see `src/pages/explorer-config.route.ts`. */
interface ExplorerConfig {
  /** The demo shop's public key; null in any other shop. */
  readonly apiKey: string | null;
}

/** Without an answer the explorer starts without a key, as in any shop but the demo. */
export async function loadConfig(): Promise<ExplorerConfig> {
  const response = await fetch('/explorer/config.json').catch(() => null);
  return response?.ok ? ((await response.json()) as ExplorerConfig) : { apiKey: null };
}
