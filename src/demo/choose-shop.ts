/** Chooses the shop that a command works on: the user's own shop, or the demo shop that `npm start` may have opened. */
import { connectPostgres } from '../platform/postgres';
import { isServed } from '../platform/remove-namespace';
import { DEMO_NAMESPACE } from './demo-names';
import { countShopTables, inspectDemo, isWithoutData } from './demo-shop.store';

export interface ShopSettings {
  /** The value of the environment variable NAMESPACE, or its default. */
  readonly namespace: string;
  /** Whether NAMESPACE is set. */
  readonly isNamed: boolean;
  /** Whether the command may choose the demo shop; false with DEMO=off. */
  readonly allowsDemo: boolean;
}

interface Addresses {
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

export interface ChosenShop {
  readonly namespace: string;
  /** A sentence that names the shop and explains how to choose the other shop. */
  readonly sentence: string;
}

/**
 * Returns the shop that NAMESPACE names. Without NAMESPACE, returns the demo shop if it is open and the user's own shop
 * is empty and not open, otherwise the user's own shop. A shop is open while any of its processes runs.
 */
export async function chooseOpenShop(settings: ShopSettings, addresses: Addresses): Promise<ChosenShop> {
  const { namespace, isNamed, allowsDemo } = settings;
  const isDemoOpen = namespace !== DEMO_NAMESPACE && (await isServed(addresses.redisUrl, DEMO_NAMESPACE));
  if (!isDemoOpen) return unexaminedShop(namespace);
  const isOwn =
    isNamed ||
    !allowsDemo ||
    !(await isEmptyShop(addresses.databaseUrl, namespace)) ||
    (await isServed(addresses.redisUrl, namespace));
  if (isOwn)
    return {
      namespace,
      sentence: `${shopSentence(namespace)} The demo shop is open, too: NAMESPACE=${DEMO_NAMESPACE} chooses it.`,
    };
  return {
    namespace: DEMO_NAMESPACE,
    sentence:
      `${shopSentence(DEMO_NAMESPACE)} It is open, and your shop "${namespace}" is empty: ` +
      `NAMESPACE=${namespace} chooses that one.`,
  };
}

/** Returns the user's own shop even while the demo shop is open, so that imports never go into the demo by accident. */
export async function chooseOwnShop(
  { namespace }: ShopSettings,
  { databaseUrl, redisUrl }: Addresses,
): Promise<ChosenShop> {
  const sentence = shopSentence(namespace);
  if (namespace === DEMO_NAMESPACE || !(await isServed(redisUrl, DEMO_NAMESPACE))) return { namespace, sentence };
  const isEmpty = await isEmptyShop(databaseUrl, namespace);
  const hint = isEmpty ? ' The demo shop is open: start Freshet again afterwards, and this one opens.' : '';
  return { namespace, sentence: sentence + hint };
}

/** Returns the user's own shop without checks, for use when PostgreSQL or Redis is unreachable. */
export const unexaminedShop = (namespace: string): ChosenShop => ({ namespace, sentence: shopSentence(namespace) });

const shopSentence = (namespace: string) => `Working on the shop "${namespace}".`;

/**
 * Returns whether `npm start` opens the demo shop. It does so if the shop that the settings name is empty, or is the demo
 * shop itself, which may be incomplete.
 * @param namespace of a migrated shop
 */
export async function opensDemo(databaseUrl: string, namespace: string): Promise<boolean> {
  const pool = connectPostgres(databaseUrl, namespace, { max: 1 });
  try {
    if (await isWithoutData(pool)) return true;
    return namespace === DEMO_NAMESPACE && (await inspectDemo(pool)).isDemo;
  } finally {
    await pool.end();
  }
}

/** Returns whether a shop has neither products nor events. A shop without tables is empty, too. */
async function isEmptyShop(databaseUrl: string, namespace: string): Promise<boolean> {
  const pool = connectPostgres(databaseUrl, namespace, { max: 1 });
  try {
    return (await countShopTables(pool, namespace)) < 3 || (await isWithoutData(pool));
  } finally {
    await pool.end();
  }
}
