import { LRUCache } from 'lru-cache';
import { isIP, isIPv6 } from 'node:net';
import { Networks } from '../../networks';

const MAX_CACHED_HOPS = 10_000;
/** Maximum length of an entry of `X-Forwarded-For`, enough for an IPv6 address with a port and spaces. */
const MAX_HOP_LENGTH = 80;

/** The addresses of the proxies in front of the server, whose `X-Forwarded-For` entries are trusted. */
export class TrustedProxies {
  private readonly networks: Networks;
  /** Parsed addresses by their text, because the same few addresses repeat and parsing one takes microseconds. */
  private readonly hops = new LRUCache<string, Hop>({ max: MAX_CACHED_HOPS });

  /** @param networks IP addresses, networks in CIDR notation, or `private` */
  constructor(networks: readonly string[]) {
    this.networks = new Networks(networks);
  }

  trusts(address: string): boolean {
    return this.networks.contains(address);
  }

  /**
   * Returns the client's address: the last address on the request's path that is not a trusted proxy. Any client can
   * invent entries of `X-Forwarded-For`, but the trusted proxies append the client's real address after them.
   * @param peer address at the other end of the connection
   * @returns null if the path contains only trusted proxies, or if the client's entry is not an IP address
   */
  clientOf(peer: string | undefined, forwardedFor: string | readonly string[] | undefined): string | null {
    if (forwardedFor === undefined) return this.hop(peer ?? '').client;
    for (const text of [...String(forwardedFor).split(','), peer ?? ''].reverse()) {
      const { client, isTrusted } = this.hop(text);
      if (!isTrusted) return client;
    }
    return null;
  }

  private hop(text: string): Hop {
    if (text.length > MAX_HOP_LENGTH) return UNREADABLE;
    let hop = this.hops.get(text);
    if (!hop) this.hops.set(text, (hop = this.parseHop(bareAddress(text))));
    return hop;
  }

  private parseHop(address: string): Hop {
    if (address === '') return { client: null, isTrusted: true };
    if (isIP(address) === 0) return UNREADABLE;
    return this.trusts(address) ? { client: null, isTrusted: true } : { client: address, isTrusted: false };
  }
}

/** One address on the path of a request. */
interface Hop {
  /** The address of a client; null for a trusted proxy or an entry that is not an IP address. */
  readonly client: string | null;
  /** Whether this hop is a trusted proxy. If so, the address before it is examined. */
  readonly isTrusted: boolean;
}

const UNREADABLE: Hop = { client: null, isTrusted: false };

/** Removes the port that some proxies add and the zone of an IPv6 address. Converts IPv4-mapped IPv6 to IPv4. */
function bareAddress(text: string): string {
  const bare = text
    .trim()
    .replace(/^\[(.+)\](:\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
  return bare.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}

/** A network that limits count together. */
export interface ClientNetwork {
  readonly key: string;
  /** How many times the share of a single address it has. */
  readonly shares: number;
}

/**
 * Providers give a customer a /64, a /56 or a /48 of IPv6. Each wider network may contain several customers, so it has a
 * greater share.
 */
const IPV6_NETWORKS = [
  { bits: 64, shares: 1 },
  { bits: 56, shares: 2 },
  { bits: 48, shares: 4 },
] as const;

/** Returns the networks of an address that limits count, the narrowest first: an IPv4 address is one by itself. */
export function networksOf(address: string): [ClientNetwork, ...ClientNetwork[]] {
  if (!isIPv6(address)) return [{ key: address, shares: 1 }];
  const [head = '', tail] = address.toLowerCase().split('::');
  const leftGroups = head === '' ? [] : head.split(':');
  const rightGroups = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - leftGroups.length - rightGroups.length;
  const groups = [...leftGroups, ...Array<string>(Math.max(0, missing)).fill('0'), ...rightGroups];
  const prefix = groups
    .slice(0, 4)
    .map((group) => group.padStart(4, '0'))
    .join('');
  const networkOf = ({ bits, shares }: (typeof IPV6_NETWORKS)[number]) => ({
    key: `${prefix.slice(0, bits / 4)}/${bits}`,
    shares,
  });
  const [first, ...wider] = IPV6_NETWORKS;
  return [networkOf(first), ...wider.map(networkOf)];
}
