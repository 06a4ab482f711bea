import { LRUCache } from 'lru-cache';
import { isIP, isIPv6 } from 'node:net';
import { Networks } from '../platform/networks';

const MAX_HOPS = 10_000;
/** An IPv6 address with a port, and blanks. */
const MAX_HOP_LENGTH = 80;

/** Which addresses belong to the proxies in front, whose word on who is behind them counts. */
export class TrustedProxies {
  private readonly networks: Networks;
  /** The same few come again and again, and reading one takes microseconds. */
  private readonly hops = new LRUCache<string, Hop>({ max: MAX_HOPS });

  /** @param networks each as {@link import('../platform/networks').isNetwork} takes it */
  constructor(networks: readonly string[]) {
    this.networks = new Networks(networks);
  }

  trusts(address: string): boolean {
    return this.networks.have(address);
  }

  /**
   * The client's address: of those that a request came by, the last one that is none of the proxies'. What stands before
   * it in `X-Forwarded-For` anybody may have written.
   * @param peer at the other end of the connection
   * @returns null where there are only proxies, and none of them says who is behind it
   */
  clientOf(peer: string | undefined, forwardedFor: string | readonly string[] | undefined): string | null {
    if (forwardedFor === undefined) return this.hop(peer ?? '').client;
    for (const text of [...String(forwardedFor).split(','), peer ?? ''].reverse()) {
      const { client, passes } = this.hop(text);
      if (!passes) return client;
    }
    return null;
  }

  private hop(text: string): Hop {
    if (text.length > MAX_HOP_LENGTH) return UNREADABLE;
    let hop = this.hops.get(text);
    if (!hop) this.hops.set(text, (hop = this.read(plain(text))));
    return hop;
  }

  private read(address: string): Hop {
    if (address === '') return { client: null, passes: true };
    if (isIP(address) === 0) return UNREADABLE;
    return this.trusts(address) ? { client: null, passes: true } : { client: address, passes: false };
  }
}

/** One address that a request came by. */
interface Hop {
  /** Who is asking, where it is no proxy of ours. */
  readonly client: string | null;
  /** Whether the one before it is to be believed. */
  readonly passes: boolean;
}

const UNREADABLE: Hop = { client: null, passes: false };

/** IPv4 as it is written, though the socket speaks IPv6; without the port that some proxies add. */
function plain(text: string): string {
  const bare = text
    .trim()
    .replace(/^\[(.+)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  return bare.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}

/** An address as one client: a provider gives each of its customers a whole /64 of IPv6. */
export function sameClient(address: string): string {
  if (!isIPv6(address)) return address;
  const [head, tail] = address.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(Math.max(0, missing)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
