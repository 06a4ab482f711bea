/** Configuration that the explorer loads from the server before it starts; see `src/pages/explorer-config.route.ts`. */
interface ExplorerConfig {
  /** The demo shop's public key; null in any other shop. */
  readonly apiKey: string | null;
}

/** Loads the configuration. If that fails, the explorer starts without a key, as in any shop except the demo. */
export async function loadConfig(): Promise<ExplorerConfig> {
  const response = await fetch('/explorer/config.json').catch(() => null);
  return response?.ok ? ((await response.json()) as ExplorerConfig) : { apiKey: null };
}
