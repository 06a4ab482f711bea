import { networksOf, TrustedProxies } from '../../../../src/graphql/http/client-address';
import { isNetwork } from '../../../../src/networks';

describe('the address of a client', () => {
  const proxies = new TrustedProxies(['private', '203.0.113.7', '2001:db8:ffff::/48']);

  it.each([
    // There is no proxy in between: the header is the client's own invention.
    ['198.51.100.1', undefined, '198.51.100.1'],
    ['198.51.100.1', '192.0.2.1', '198.51.100.1'],
    ['::ffff:198.51.100.1', undefined, '198.51.100.1'],
    ['2001:db8::5', '192.0.2.1', '2001:db8::5'],
    // Through a proxy: the last address that is not a proxy, too.
    ['10.0.0.2', '198.51.100.1', '198.51.100.1'],
    ['::ffff:10.0.0.2', '192.0.2.66, 198.51.100.1', '198.51.100.1'],
    ['127.0.0.1', '192.0.2.66,198.51.100.1 , 203.0.113.7,10.1.1.1', '198.51.100.1'],
    ['2001:db8:ffff:1::1', '[2001:db8::9]:4711', '2001:db8::9'],
    ['::1', '198.51.100.1:4711', '198.51.100.1'],
    // A proxy without the header, or with one that can't be read.
    ['127.0.0.1', undefined, null],
    ['127.0.0.1', '', null],
    ['127.0.0.1', '192.0.2.66, unknown', null],
    ['127.0.0.1', '10.0.0.9', null],
    [undefined, undefined, null],
  ])('at %s, forwarded for %s, is %s', (peer, forwarded, client) => {
    expect(proxies.clientOf(peer, forwarded)).toBe(client);
  });

  it('is read from several headers', () => {
    expect(proxies.clientOf('10.0.0.2', ['192.0.2.66', '198.51.100.1'])).toBe('198.51.100.1');
  });

  it('is the peer’s own if no proxy is trusted', () => {
    expect(new TrustedProxies([]).clientOf('127.0.0.1', '198.51.100.1')).toBe('127.0.0.1');
  });

  it('counts as one with the others of its /64, and of its /56 and /48', () => {
    const keys = (address: string) => networksOf(address).map(({ key }) => key);
    expect(networksOf('2001:db8:1:203:3:4:5:6')).toEqual([
      { key: '20010db800010203/64', shares: 1 },
      { key: '20010db8000102/56', shares: 2 },
      { key: '20010db80001/48', shares: 4 },
    ]);
    for (const same of ['2001:DB8:1:203::', '2001:0db8:0001:203::ffff', '2001:db8:1:203:9::1'])
      expect(keys(same)).toEqual(keys('2001:db8:1:203:3:4:5:6'));
    expect(keys('2001:db8::9')[0]).toBe('20010db800000000/64');
    expect(keys('::1')[0]).toBe('0000000000000000/64');
    expect(networksOf('198.51.100.1')).toEqual([{ key: '198.51.100.1', shares: 1 }]);
  });

  it('belongs to a network as it is written in settings', () => {
    expect(['private', '10.0.0.1', '10.0.0.0/8', '2001:db8::/32', '::1'].filter((text) => !isNetwork(text))).toEqual(
      [],
    );
    expect(['', 'proxy', '10.0.0/8', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::1/129'].filter(isNetwork)).toEqual(
      [],
    );
  });
});
