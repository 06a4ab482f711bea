import { isIP } from 'node:net';
import { Networks } from '../networks';

/** Special-purpose networks that are not globally reachable (IANA's registry, RFC 6890), and multicast networks. */
const NOT_PUBLIC = new Networks([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '2001::/23', // includes Teredo, whose addresses contain an IPv4 address
  '2001:db8::/32',
  '2002::/16', // 6to4, whose addresses contain an IPv4 address
  '3fff::/20',
]);

/** The public range of IPv6. It excludes mapped IPv4, loopback, NAT64, link-local, private and multicast addresses. */
const GLOBAL_UNICAST = new Networks(['2000::/3']);

/** Returns whether a text is an IP address of the public internet. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0 || NOT_PUBLIC.contains(address)) return false;
  return family === 4 || GLOBAL_UNICAST.contains(address);
}
