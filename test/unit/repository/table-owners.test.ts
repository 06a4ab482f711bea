import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { tablesOf } from '../../../src/erasure/inventory';
import { SHOP } from '../../../src/shop';

const SOURCES = path.resolve(__dirname, '../../../src');

/**
 * Statements that read a table of a later room, or write a table of another one. This list only becomes shorter: a room
 * asks the owner of a table, or reads the tables of rooms that it declares in `reads`.
 */
const EXCEPTIONS = [
  'customers/merge.store.ts writes merges',
  'customers/profiles/profile.store.ts writes outbox',
  'events/append-events.store.ts writes customers',
  'events/customer-history.store.ts reads customer_versions',
  'events/customer-history.store.ts writes customer_versions',
  'events/erase-subjects.store.ts reads orders',
  'events/erase-subjects.store.ts reads shipments',
  'events/inbox.store.ts reads erasures',
  'events/log-reader.store.ts reads customers',
  'events/log-reader.store.ts reads erasures',
  'events/pending-erasures.store.ts reads erasures',
  'events/pending-erasures.store.ts writes erasures',
  'events/segment-history.store.ts reads customers',
  'events/segment-history.store.ts reads profile_changes',
  'events/segment-history.store.ts reads segment_periods',
  'events/segment-history.store.ts writes segment_periods',
  'events/tombstone.store.ts writes settings',
  'models/backfill-activity.store.ts reads log_batches',
  'models/refresh-trigger.store.ts reads log_batches',
  'monitoring/alerts/alert.store.ts writes webhook_deliveries',
  'orders/order-owner.store.ts writes outbox',
  'platform/artefacts.ts reads active_models',
  'search/synonyms/starter/starter-synonym.store.ts writes settings',
  'webhooks/delivery.store.ts reads alert_rules',
  'webhooks/delivery.store.ts reads alert_transitions',
  'webhooks/delivery.store.ts reads alerts',
  'webhooks/delivery.store.ts reads profile_changes',
];

/** The keyword before the name of a table. `IS DISTINCT FROM` compares columns. */
const NAMED =
  /(?:\b(DELETE\s+FROM|INTO|UPDATE|TRUNCATE(?:\s+TABLE)?)|(?<!\bDISTINCT\s+)\b(?:FROM|JOIN))\s+(?:ONLY\s+|LATERAL\s+)?\(?"?([a-z_]+)\b/g;

interface Use {
  readonly verb: 'reads' | 'writes';
  readonly table: string;
}

/** Returns the names after FROM, JOIN, INTO, UPDATE and TRUNCATE in the string literals of a program. */
function usesIn(program: string): Use[] {
  const uses: Use[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      for (const [, write, table] of node.text.matchAll(NAMED)) uses.push({ verb: write ? 'writes' : 'reads', table });
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('program.ts', program, ts.ScriptTarget.Latest));
  return uses;
}

/** Each use of a table of another room, as `orders/order.store.ts reads products`. */
const uses = new Map<string, { readonly room: string; readonly verb: Use['verb']; readonly owner: string }>();

/** The library of all rooms also owns tables. It is no room, so nothing declares that it reads them. */
const PLATFORM = 'platform';
const order = [PLATFORM, ...SHOP.map(({ name }) => name)];
const readsOf = new Map(SHOP.map(({ name, reads = [] }) => [name, new Set(reads)]));

beforeAll(async () => {
  const owners = new Map(Object.keys(await tablesOf(SHOP)).map((table) => [table, PLATFORM]));
  for (const room of SHOP)
    for (const table of Object.keys((await room.tables?.())?.tables ?? {})) owners.set(table, room.name);
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/^generated|word-lists/.test(file),
  );
  for (const file of files) {
    const program = readFileSync(path.join(SOURCES, file), 'utf8');
    // Most files have no SQL, and need not be parsed.
    if (!/\b(FROM|JOIN|INTO|UPDATE|TRUNCATE)\s/.test(program)) continue;
    const room = file.split(path.sep)[0];
    for (const { verb, table } of usesIn(program)) {
      const owner = owners.get(table);
      if (owner !== undefined && owner !== room)
        uses.set(`${file.replaceAll(path.sep, '/')} ${verb} ${table}`, { room, verb, owner });
    }
  }
});

const isDown = (room: string, owner: string) => order.indexOf(owner) < order.indexOf(room);

it('finds the tables of statements', () => {
  const program = `
    // A comment that says FROM comments
    const a = 'SELECT 1 FROM orders o JOIN ONLY order_lines l ON o.id = l.order_id AND l.a IS DISTINCT FROM b';
    const b = \`INSERT INTO events SELECT \${a} FROM "merges" UNION (DELETE FROM ONLY inbox RETURNING 1)\`;
    const c = ['UPDATE visits SET a = 1', 'TRUNCATE jobs', 'TRUNCATE TABLE ONLY leases', 'JOIN LATERAL (SELECT', \`FROM \${a}\`];`;
  expect(usesIn(program).map(({ verb, table }) => `${verb} ${table}`)).toEqual([
    'reads orders',
    'reads order_lines',
    'writes events',
    'reads merges',
    'writes inbox',
    'writes visits',
    'writes jobs',
    'writes leases',
  ]);
});

it('only the owner of a table writes it, and only rooms that stand later read it', () => {
  const wrong = [...uses].filter(([, { room, verb, owner }]) => verb === 'writes' || !isDown(room, owner));
  expect(wrong.map(([use]) => use).sort()).toEqual(EXCEPTIONS);
});

it('a room declares exactly the rooms whose tables it reads', () => {
  const read = new Map(SHOP.map(({ name }) => [name, new Set<string>()]));
  for (const { room, verb, owner } of uses.values())
    if (verb === 'reads' && owner !== PLATFORM && isDown(room, owner)) read.get(room)?.add(owner);
  expect(readsOf).toEqual(read);
});
