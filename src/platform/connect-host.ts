export const isEverywhere = (host: string) => host === '0.0.0.0' || host === '::';

/** Returns the host at which a process of this machine reaches a server that listens on `host`, as part of a URL. */
export function connectHost(host: string): string {
  if (isEverywhere(host)) return host === '::' ? '[::1]' : '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
