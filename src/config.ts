import path from 'node:path';
import { z } from 'zod';
import { MS_PER_DAY, parseDurationMs } from './learn/durations';
import { isNetwork } from './networks';
import { readLanguage } from './platform/codes';
import { parseHolidays, parseWeeklyHours, type WeeklyHours } from './platform/weekly-hours';

/** Maximum of `SUGGEST_MIN_CUSTOMERS`: the customers of a query are counted up to this number. */
export const MAX_SUGGEST_MIN_CUSTOMERS = 20;
/** Streams of parcels count what is late by up to this. */
const MAX_LATE_GRACE_DAYS = 31;
const DEFAULT_CONNECTIONS = 18;
/** An API process reserves 13 connections for work other than requests, so at least two remain for requests. */
const MIN_CONNECTIONS = 15;

/** The environment as typed settings, validated once at start. Each error is reported as one line. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly namespace: string;
  readonly adminKey: string | undefined;
  readonly demo: boolean;
  /** Whether simulated visitors use the demo shop. */
  readonly demoTraffic: boolean;
  /** Whether the page `/shop/` gets a storefront key for its requests. */
  readonly shopPage: boolean;
  readonly corsOrigins: readonly string[];
  readonly tokenSecret: string | undefined;
  readonly tokenJwksUrl: string | undefined;
  readonly nodeEnv: 'development' | 'production' | 'test';
  readonly logLevel: LogLevel;
  /** Whether log lines are JSON or text for a terminal. */
  readonly logFormat: 'json' | 'text';
  /** Where the log goes instead of to standard error. No variable sets it: see `test/setup/host-process.js`. */
  readonly logFile?: string;
  /** Maximum nesting depth of a GraphQL operation. */
  readonly maxDepth: number;
  /** Maximum size of a request body or a WebSocket message, in bytes. */
  readonly maxBodyBytes: number;
  /** Maximum cost of operations per second and visitor with a storefront key (a plain field costs 1); 0: no limit. */
  readonly rateLimit: number;
  /** Bytes that all storefront keys together may make the shop store in a day; 0: no limit. */
  readonly storefrontBytesPerDay: number;
  /** Networks of the proxies whose `X-Forwarded-For` header is trusted. */
  readonly trustedProxies: readonly string[];
  /** Non-public networks to which webhooks may be sent. */
  readonly webhookNetworks: readonly string[];
  /** How long the API buffers events before it writes them to the inbox (accepted events not yet in the log), in ms. */
  readonly ingestDelayMs: number;
  /** Maximum time that an accepted batch of events waits for a worker, in ms. Beyond it, new events are refused. */
  readonly inboxMaxAgeMs: number;
  /** Maximum number of accepted events that are not in the log yet. Beyond it, new events are refused. */
  readonly inboxMaxEvents: number;
  /** Minimum time between two erasures that change the log, in milliseconds. */
  readonly erasureIntervalMs: number;
  /** How long rejected events are stored, in days. */
  readonly rejectedEventsDays: number;
  /** Maximum number of customers whose histories an API process caches in memory. */
  readonly maxHistories: number;
  /** Maximum number of connections of a process to PostgreSQL. */
  readonly databaseConnections: number;
  /** Whether searches are recorded in the log. */
  readonly searchLog: boolean;
  /** Maximum age of the searches that reports and suggestions include, in days. */
  readonly searchesDays: number;
  /** Minimum number of customers or visits that have typed a query before it is suggested. */
  readonly suggestMinCustomers: number;
  /** Number of days after the delivery in which customers may return an order; undefined if the shop does not state it. */
  readonly returnDays: number | undefined;
  /** When people answer conversations; undefined: a person may come at any time. */
  readonly officeHours: WeeklyHours | undefined;
  /** Days without office hours: `2026-12-24`, and `12-25` of every year. */
  readonly holidays: readonly string[];
  /** How long conversations are stored after their last change, in days. */
  readonly conversationDays: number;
  /** Name of the boolean customer attribute that permits personal targeting of ads; undefined: there is none. */
  readonly adConsentAttribute: string | undefined;
  /** How long the explanations of ad decisions are stored, in days. */
  readonly adDecisionDays: number;
  /** IANA name of the time zone in which the shop's days begin. */
  readonly timeZone: string;
  /** How long a parcel is not called late after its promise, or after the promise was recorded. */
  readonly lateGraceMs: number;
  /** Maximum time from a click to the order that it earned, in days. */
  readonly attributionDays: number;
  /** Language of products and queries that don't state one; BCP 47. */
  readonly shopLanguage: string;
  /** URL of the message bus that delivers events. */
  readonly sourceUrl: string | undefined;
  /** Queue of the message bus that holds the events. */
  readonly sourceQueue: string | undefined;
  /** Queue for messages that can't be processed. */
  readonly sourceRejectedQueue: string | undefined;
  /** Maximum number of bus messages that a process handles at a time. */
  readonly sourcePrefetch: number;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Returns whether a time zone has a name that means the same here and in PostgreSQL: offsets and abbreviations, such as
 * CET, do not.
 */
function isTimeZone(name: string): boolean {
  try {
    return /^(UTC$|[A-Z]\w*\/)/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

const integerIn = (min: number, max: number) =>
  z.coerce
    .number({ error: 'is not a number' })
    .int('is not a whole number')
    .min(min, `is below ${min}`)
    .max(max, `is above ${max}`);

const integer = (fallback: number, min: number, max: number) => integerIn(min, max).default(fallback);

const list = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    );

/** A length of time in milliseconds, written in ISO 8601. */
const duration = (fallback: string, maxDays: number) =>
  z
    .string()
    .default(fallback)
    .refine((text) => parseDurationMs(text) !== undefined, {
      error: 'is not an ISO 8601 duration such as PT30M or PT2H',
      abort: true,
    })
    .transform((text) => parseDurationMs(text)!)
    .refine((ms) => ms <= maxDays * MS_PER_DAY, `is more than ${maxDays} days`);

/** @param parse returns what is wrong as a text */
const parsedBy = <Value extends object>(parse: (text: string) => Value | string) =>
  z.string().transform((text, context) => {
    const parsed = parse(text);
    if (typeof parsed !== 'string') return parsed;
    context.addIssue({ code: 'custom', message: parsed });
    return z.NEVER;
  });

const networks = (fallback: string) =>
  list(fallback)
    .transform((named) => (named.join() === 'none' ? [] : named))
    .refine((named) => named.every(isNetwork), {
      error: 'is neither private, none, nor a comma-separated list of addresses and networks like 203.0.113.0/24',
    });

const url = (...protocols: string[]) =>
  z
    .string()
    .refine((text) => !text.includes('@') || hasValidLogin(text), {
      error: 'has a user name or password with characters that must be percent-encoded (@ as %40, / as %2F, # as %23)',
      abort: true,
    })
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
      error: `is not a ${protocols.map((p) => `${p}//`).join(' or ')} URL`,
    });

/**
 * Returns whether the user name and password can be decoded and no `@` follows the host. An `@` after the host means
 * that an unencoded character such as `/` splits the password, so that a part of it would be taken for the host.
 */
function hasValidLogin(text: string): boolean {
  try {
    const { username, password, pathname, hash } = new URL(text);
    decodeURIComponent(username + password);
    return username + password !== '' && !`${pathname}${hash}`.includes('@');
  } catch {
    return false;
  }
}

/** AMQP limits a queue name to 255 bytes; 240 bytes leave room for the suffix `.rejected`. */
const queueName = z
  .string()
  .refine((name) => Buffer.byteLength(name) <= 240, { error: 'is longer than 240 bytes' })
  .refine((name) => !name.startsWith('amq.'), { error: 'begins with amq., which RabbitMQ reserves' });

const environment = z
  .object({
    PORT: integer(4000, 0, 65_535),
    HOST: z.string().default('127.0.0.1'),
    DATA_DIR: z.string().default('./.freshet'),
    DATABASE_URL: url('postgres:', 'postgresql:').optional(),
    REDIS_URL: url('redis:', 'rediss:').optional(),
    NAMESPACE: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,39}$/, 'is not a lower-case name of up to 40 letters, digits and _')
      .refine((name) => !name.startsWith('pg_') && name !== 'public' && name !== 'information_schema', {
        error: 'is a name that PostgreSQL reserves',
      })
      .default('freshet'),
    ADMIN_KEY: z.string().min(16, 'is shorter than 16 characters').optional(),
    DEMO: z.enum(['on', 'off'], { error: 'is neither on nor off' }).default('on'),
    DEMO_TRAFFIC: z.enum(['on', 'off'], { error: 'is neither on nor off' }).default('on'),
    SHOP_PAGE: z.enum(['on', 'off'], { error: 'is neither on nor off' }).optional(),
    CORS_ORIGINS: list('').refine(
      (origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
      {
        error: 'is not a comma-separated list of origins like https://shop.example',
      },
    ),
    TOKEN_SECRET: z.string().min(32, 'is shorter than 32 characters').optional(),
    TOKEN_JWKS_URL: url('http:', 'https:').optional(),
    NODE_ENV: z
      .enum(['development', 'production', 'test'], { error: 'is not development, production or test' })
      .default('development'),
    LOG_LEVEL: z.enum(LOG_LEVELS, { error: `is not one of ${LOG_LEVELS.join(', ')}` }).default('info'),
    LOG_FORMAT: z.enum(['json', 'text'], { error: 'is neither json nor text' }).default('json'),
    MAX_DEPTH: integer(12, 3, 50),
    MAX_BODY_BYTES: integer(2_097_152, 1_024, 104_857_600),
    RATE_LIMIT: integer(20_000, 0, 1_000_000_000),
    STOREFRONT_BYTES_PER_DAY: integer(10_000_000_000, 0, Number.MAX_SAFE_INTEGER),
    TRUST_PROXY: networks('private'),
    WEBHOOK_NETWORKS: networks('none'),
    INGEST_DELAY_MS: integer(5, 0, 1_000),
    INBOX_MAX_AGE_MS: integer(10_000, 100, 86_400_000),
    // On two cores, 10,000 to 20,000 events per second are written to the log, so a backlog of this size is processed
    // within ten seconds.
    INBOX_MAX_EVENTS: integer(100_000, 1, 1_000_000_000),
    ERASURE_INTERVAL_MS: integer(60_000, 0, 3_600_000),
    REJECTED_EVENTS_DAYS: integer(30, 1, 36_500),
    MAX_HISTORIES: integer(20_000, 10, 10_000_000),
    DATABASE_CONNECTIONS: integer(DEFAULT_CONNECTIONS, MIN_CONNECTIONS, 200),
    SEARCH_LOG: z.enum(['on', 'off'], { error: 'is neither on nor off' }).default('on'),
    SEARCHES_DAYS: integer(90, 1, 36_500),
    SUGGEST_MIN_CUSTOMERS: integer(5, 1, MAX_SUGGEST_MIN_CUSTOMERS),
    RETURN_DAYS: integerIn(1, 3_650).optional(),
    OFFICE_HOURS: parsedBy(parseWeeklyHours).optional(),
    HOLIDAYS: parsedBy(parseHolidays).optional(),
    CONVERSATION_DAYS: integer(365, 1, 36_500),
    AD_CONSENT_ATTRIBUTE: z.string().max(100, 'is longer than 100 characters').optional(),
    AD_DECISION_DAYS: integer(30, 1, 36_500),
    TIME_ZONE: z.string().default('UTC').refine(isTimeZone, 'is not an IANA time zone, such as Europe/Berlin'),
    LATE_GRACE: duration('PT2H', MAX_LATE_GRACE_DAYS),
    ATTRIBUTION_DAYS: integer(7, 1, 30),
    SHOP_LANGUAGE: z
      .string()
      .refine((tag) => readLanguage(tag) !== undefined, 'is not a BCP 47 language like en or pt-BR')
      .transform((tag) => readLanguage(tag)!)
      .default('en'),
    SOURCE_URL: url('amqp:', 'amqps:').optional(),
    SOURCE_QUEUE: queueName.optional(),
    SOURCE_REJECTED_QUEUE: queueName.optional(),
    SOURCE_PREFETCH: integer(500, 1, 65_535),
  })
  .refine((e) => e.SOURCE_QUEUE === undefined || e.SOURCE_REJECTED_QUEUE !== e.SOURCE_QUEUE, {
    path: ['SOURCE_REJECTED_QUEUE'],
    error: 'must differ from SOURCE_QUEUE: rejected messages would be consumed again',
  })
  .refine((e) => e.HOLIDAYS === undefined || e.OFFICE_HOURS !== undefined, {
    path: ['HOLIDAYS'],
    error: 'has no effect without OFFICE_HOURS',
  });

export class ConfigError extends Error {
  /** One line per error: `PORT is above 65535 (got "99999")`. */
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigError';
  }
}

const SECRET = /KEY|SECRET|URL/;

/** @throws ConfigError naming every variable that is wrong. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const set = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  );
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => {
        const name = String(issue.path[0]);
        return `${name} ${issue.message}${SECRET.test(name) ? '' : ` (got ${JSON.stringify(env[name])})`}`;
      }),
    );
  }
  const e = parsed.data;
  return {
    port: e.PORT,
    host: e.HOST,
    dataDir: path.resolve(e.DATA_DIR),
    databaseUrl: e.DATABASE_URL,
    redisUrl: e.REDIS_URL,
    namespace: e.NAMESPACE,
    adminKey: e.ADMIN_KEY,
    demo: e.DEMO === 'on',
    demoTraffic: e.DEMO_TRAFFIC === 'on',
    // Off by default in production: the shop has its own storefront, and this page gives a storefront key to visitors.
    shopPage: (e.SHOP_PAGE ?? (e.NODE_ENV === 'production' ? 'off' : 'on')) === 'on',
    corsOrigins: e.CORS_ORIGINS,
    tokenSecret: e.TOKEN_SECRET,
    tokenJwksUrl: e.TOKEN_JWKS_URL,
    nodeEnv: e.NODE_ENV,
    logLevel: e.LOG_LEVEL,
    logFormat: e.LOG_FORMAT,
    maxDepth: e.MAX_DEPTH,
    maxBodyBytes: e.MAX_BODY_BYTES,
    rateLimit: e.RATE_LIMIT,
    storefrontBytesPerDay: e.STOREFRONT_BYTES_PER_DAY,
    trustedProxies: e.TRUST_PROXY,
    webhookNetworks: e.WEBHOOK_NETWORKS,
    ingestDelayMs: e.INGEST_DELAY_MS,
    inboxMaxAgeMs: e.INBOX_MAX_AGE_MS,
    inboxMaxEvents: e.INBOX_MAX_EVENTS,
    erasureIntervalMs: e.ERASURE_INTERVAL_MS,
    rejectedEventsDays: e.REJECTED_EVENTS_DAYS,
    maxHistories: e.MAX_HISTORIES,
    databaseConnections: e.DATABASE_CONNECTIONS,
    searchLog: e.SEARCH_LOG === 'on',
    searchesDays: e.SEARCHES_DAYS,
    suggestMinCustomers: e.SUGGEST_MIN_CUSTOMERS,
    returnDays: e.RETURN_DAYS,
    officeHours: e.OFFICE_HOURS,
    holidays: e.HOLIDAYS ?? [],
    conversationDays: e.CONVERSATION_DAYS,
    adConsentAttribute: e.AD_CONSENT_ATTRIBUTE,
    adDecisionDays: e.AD_DECISION_DAYS,
    timeZone: e.TIME_ZONE,
    lateGraceMs: e.LATE_GRACE,
    attributionDays: e.ATTRIBUTION_DAYS,
    shopLanguage: e.SHOP_LANGUAGE,
    sourceUrl: e.SOURCE_URL,
    sourceQueue: e.SOURCE_QUEUE,
    sourceRejectedQueue: e.SOURCE_REJECTED_QUEUE ?? (e.SOURCE_QUEUE && `${e.SOURCE_QUEUE}.rejected`),
    sourcePrefetch: e.SOURCE_PREFETCH,
  };
}
