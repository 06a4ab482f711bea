import { LRUCache } from 'lru-cache';
import { BlockList, isIP, isIPv6 } from 'node:net';

const MOST_HOPS = 10_000;
/** An IPv6 address with a port, and blanks. */
const LONGEST_HOP = 80;

/** What `TRUST_PROXY=private` stands for: this machine, and networks that no visitor of a public shop is in. */
const PRIVATE = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
];

/** A proxy is named by its address, its network (CIDR), or `private`. */
export function isNetwork(text: string): boolean {
  if (text === 'private') return true;
  const [address, bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Which addresses belong to the proxies in front, whose word on who is behind them counts. */
export class TrustedProxies {
  private readonly list = new BlockList();
  /** The same few come again and again, and reading one takes microseconds. */
  private readonly hops = new LRUCache<string, Hop>({ max: MOST_HOPS });

  /** @param networks each as {@link isNetwork} takes it */
  constructor(networks: readonly string[]) {
    for (const network of networks.flatMap((name) => (name === 'private' ? PRIVATE : [name]))) {
      const [address, bits] = network.split('/');
      const family = isIPv6(address) ? 'ipv6' : 'ipv4';
      this.list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
    }
  }

  trusts(address: string): boolean {
    return this.list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
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
    if (text.length > LONGEST_HOP) return UNREADABLE;
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
