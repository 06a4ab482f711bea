import { BlockList, isIP, isIPv6 } from 'node:net';

/** The meaning of `private`: this machine, and networks that a visitor of a public shop can't be in. */
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

/** Returns whether a text names a network: an address, CIDR notation, or `private`. */
export function isNetwork(text: string): boolean {
  if (text === 'private') return true;
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

export class Networks {
  private readonly list = new BlockList();

  /** @param networks IP addresses, networks in CIDR notation, or `private` */
  constructor(networks: readonly string[]) {
    for (const network of networks.flatMap((name) => (name === 'private' ? PRIVATE : [name]))) {
      const [address = '', bits] = network.split('/');
      const family = isIPv6(address) ? 'ipv6' : 'ipv4';
      this.list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
    }
  }

  contains(address: string): boolean {
    return this.list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
  }
}
