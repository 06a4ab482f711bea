import path from 'node:path';
import { ConfigError, readConfig } from '../../src/config';

function faultsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('have a default each', () => {
    expect(readConfig({})).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      dataDir: path.resolve('.freshet'),
      databaseUrl: undefined,
      redisUrl: undefined,
      namespace: 'freshet',
      adminKey: undefined,
      demo: true,
      demoTraffic: true,
      shopPage: true,
      corsOrigins: [],
      rateLimit: 20_000,
      trustedProxies: ['private'],
      nodeEnv: 'development',
      logLevel: 'info',
      logFormat: 'json',
      sourceUrl: undefined,
      sourceRejectedQueue: undefined,
      sourcePrefetch: 500,
    });
  });

  it('are read from the environment', () => {
    const config = readConfig({
      PORT: '8080',
      DATA_DIR: '/var/lib/freshet',
      DATABASE_URL: 'postgresql://u:p@db/shop',
      REDIS_URL: 'redis://cache:6379',
      NAMESPACE: 'north_shop',
      DEMO: 'off',
      DEMO_TRAFFIC: 'off',
      CORS_ORIGINS: 'https://shop.example, https://www.shop.example',
      TRUST_PROXY: 'private, 203.0.113.0/24',
    });
    expect(config).toMatchObject({
      port: 8080,
      dataDir: '/var/lib/freshet',
      databaseUrl: 'postgresql://u:p@db/shop',
      redisUrl: 'redis://cache:6379',
      namespace: 'north_shop',
      demo: false,
      demoTraffic: false,
      shopPage: true,
      corsOrigins: ['https://shop.example', 'https://www.shop.example'],
      trustedProxies: ['private', '203.0.113.0/24'],
    });
  });

  it.each(['', ' ', '\t\n'])('that are empty (%j) count as not given', (empty) => {
    expect(readConfig({ PORT: empty, DATABASE_URL: empty, ADMIN_KEY: empty })).toMatchObject({
      port: 4000,
      databaseUrl: undefined,
      adminKey: undefined,
    });
  });

  it.each([
    [undefined, 2 * 3_600_000],
    ['PT0S', 0],
    ['PT1H30M', 5_400_000],
    ['P1DT1S', 86_401_000],
  ])('LATE_GRACE %s is %d ms', (LATE_GRACE, lateGraceMs) =>
    expect(readConfig({ LATE_GRACE })).toMatchObject({ lateGraceMs }),
  );

  it('are trimmed', () => {
    expect(readConfig({ PORT: ' 8080\n', NAMESPACE: ' north ' })).toMatchObject({ port: 8080, namespace: 'north' });
  });

  it.each([
    ['PORT', '99999', 'PORT is above 65535 (got "99999")'],
    ['PORT', 'http', 'PORT is not a number (got "http")'],
    ['LATE_GRACE', '2', 'LATE_GRACE is not an ISO 8601 duration such as PT30M or PT2H (got "2")'],
    ['LATE_GRACE', 'PT', 'LATE_GRACE is not an ISO 8601 duration such as PT30M or PT2H (got "PT")'],
    ['LATE_GRACE', 'P32D', 'LATE_GRACE is more than 31 days (got "P32D")'],
    ['PORT', '80.5', 'PORT is not a whole number (got "80.5")'],
    [
      'TRUST_PROXY',
      'nginx',
      'TRUST_PROXY is neither private, none, nor a comma-separated list of addresses and networks like 203.0.113.0/24 (got "nginx")',
    ],
    ['DEMO', 'yes', 'DEMO is neither on nor off (got "yes")'],
    ['LOG_FORMAT', 'pretty', 'LOG_FORMAT is neither json nor text (got "pretty")'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL is not one of fatal, error, warn, info, debug, trace, silent (got "loud")'],
  ])('%s=%s is refused in one line', (name, value, line) => {
    expect(faultsOf({ [name]: value })).toEqual([line]);
  });

  it.each(['Shop', '1shop', 'pg_shop', 'public', 'a'.repeat(41), 'shop";DROP'])(
    'NAMESPACE=%s is refused',
    (namespace) => {
      expect(faultsOf({ NAMESPACE: namespace })).toHaveLength(1);
    },
  );

  it.each(['https://shop.example/', 'shop.example', '*'])('CORS_ORIGINS=%s is refused: it is no origin', (origin) => {
    expect(faultsOf({ CORS_ORIGINS: origin })).toHaveLength(1);
  });

  it('name the queue of rejected messages after the queue, and not the same', () => {
    expect(readConfig({ SOURCE_QUEUE: 'shop' }).sourceRejectedQueue).toBe('shop.rejected');
    expect(faultsOf({ SOURCE_QUEUE: 'shop', SOURCE_REJECTED_QUEUE: 'shop' })).toHaveLength(1);
    expect(faultsOf({ SOURCE_QUEUE: 'amq.shop' })).toHaveLength(1);
    expect(faultsOf({ SOURCE_URL: 'https://rabbit.shop.example' })).toHaveLength(1);
  });

  it.each([
    'postgresql://u:p/w@db/shop',
    'postgresql://u:p#w@db/shop',
    'postgresql://u:p%w@db/shop',
    'postgresql://@db',
  ])('DATABASE_URL=%s is refused: a part of the password would be mistaken for the host', (url) => {
    expect(faultsOf({ DATABASE_URL: url })).toEqual([expect.stringContaining('must be percent-encoded') as string]);
  });

  it.each(['postgresql://u:p%2Fw@db/shop', 'postgresql://u:p@w@db/shop', 'postgresql:///shop?host=/run/postgresql'])(
    'DATABASE_URL=%s is accepted',
    (url) => {
      expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url);
    },
  );

  it('report every fault together', () => {
    const names = faultsOf({ PORT: '-1', DEMO: 'yes', NAMESPACE: 'X' }).map((line) => line.split(' ', 1)[0]);
    expect(names.sort()).toEqual(['DEMO', 'NAMESPACE', 'PORT']);
  });

  it.each(['ADMIN_KEY', 'TOKEN_SECRET', 'DATABASE_URL', 'REDIS_URL', 'SOURCE_URL'])(
    '%s is never repeated in a fault',
    (name) => {
      const [line] = faultsOf({ [name]: 'hunter2' });
      expect(line).toContain(name);
      expect(line).not.toContain('hunter2');
    },
  );
});
