import { isIP } from 'node:net';
import { Networks } from '../../platform/networks';

/** Special-purpose addresses that are not reachable from everywhere (IANA's registry, RFC 6890), and multicast. */
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
  '2001::/23', // with Teredo, which has an IPv4 address in it
  '2001:db8::/32',
  '2002::/16', // 6to4: so has this
  '3fff::/20',
]);

/** What IPv6 gives to the public. All else is not: mapped IPv4, loopback, NAT64, link-local, private, multicast. */
const GLOBAL_UNICAST = new Networks(['2000::/3']);

/** Whether an address is one that the public internet knows. What is no address is not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0 || NOT_PUBLIC.have(address)) return false;
  return family === 4 || GLOBAL_UNICAST.have(address);
}
