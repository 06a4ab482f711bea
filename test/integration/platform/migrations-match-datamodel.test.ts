import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Pool } from 'pg';
import { migrationsFolder } from '../../../src/platform/migration-files';
import { diffDatamodels } from '../../../src/local-services/schema-engine';
import { testNamespace, type TestNamespace } from '../../setup/shop';

/**
 * Parts of migrations that the datamodel lacks, because Prisma's language can't express them: each entry as
 * `structureOf` prints it, with its reason. A migration may not differ in any other way.
 */
const HAND_WRITTEN: Record<string, string> = {
  'table stream_windows: fillfactor=50': 'windows change in their place',
  'storage of artefact_chunks.bytes: e': 'compressing columns of numbers takes longer than storing them',
  'index events_occurred_at_idx: autosummarize=on': 'recently written events are found by time, too',
  'CREATE INDEX inbox_unfinished_idx ON inbox USING btree (sequence) WHERE (done_at IS NULL)':
    'few batches of the last hour are unfinished',
  "constraint inbox_min_release_check on inbox: CHECK ((min_release ~ '^\\d+\\.\\d+\\.\\d+$'::text))":
    'a release that can not be compared would stop all workers',
  'CREATE INDEX outbox_orders_idx ON outbox USING btree ("position") WHERE (orders IS NOT NULL)':
    'few positions of the last hour change orders',
  'CREATE INDEX events_signed_in_session_idx ON events USING btree (session_id) WHERE ((customer_id IS NOT NULL) AND (session_id IS NOT NULL))':
    'who else was signed in in a session is asked for an export; most events are anonymous or without a session',
  'CREATE INDEX log_batches_backfill_idx ON log_batches USING btree ("position") WHERE backfill':
    'few batches are imported, and whether an import is running is asked often',
  'CREATE INDEX merges_set_aside_idx ON merges USING btree (set_aside) WHERE (set_aside IS NOT NULL)':
    'few merges are quarantined, and they are looked for with every batch',
  'CREATE INDEX visits_order_days_idx ON visits USING btree (day, previous_order_day) WHERE (orders > 0)':
    'few visits order, and the customers of a span of days are counted in this index alone',
  'CREATE INDEX searches_clicked_as_typed_idx ON searches USING btree (query, owner) WHERE clicked_as_typed':
    'a query that is never clicked may have many searches',
  'CREATE INDEX alerts_open_idx ON alerts USING btree (rule) WHERE open': 'few of all stored alerts are open',
  'CREATE INDEX conversation_messages_awaiting_idx ON conversation_messages USING btree (sent_at) WHERE awaits_answer':
    'few messages wait for an answer at any time',
  'CREATE INDEX conversation_messages_review_idx ON conversation_messages USING btree (sent_at, conversation_id, ordinal) WHERE (review IS NOT NULL)':
    'few messages are questions to review',
  "CREATE INDEX conversations_waiting_idx ON conversations USING btree (handed_off_at, id) WHERE (status = 'WAITING'::text)":
    'few conversations wait for a person at any time',
  'CREATE INDEX conversations_settling_idx ON conversations USING btree (settles_at, id) WHERE (settles_at IS NOT NULL)':
    'few conversations have a message of the last three days',
  'CREATE INDEX shipments_awaiting_idx ON shipments USING btree (order_id) WHERE awaits_order':
    'few orders are waiting to be examined',
  'CREATE INDEX shipments_due_idx ON shipments USING btree (due_at) WHERE (due_at IS NOT NULL)':
    'few parcels have something to be noticed',
  "CREATE INDEX shipments_tracking_number_idx ON shipments USING btree (lower((record ->> 'trackingNumber'::text)))":
    'tracking numbers are compared in lower case',
  'CREATE INDEX shipments_stuck_idx ON shipments USING btree (started_at, id) WHERE is_stuck': 'few parcels are stuck',
  'CREATE INDEX shipments_delivered_late_idx ON shipments USING btree (started_at, id) WHERE (delivered_at > promised_at)':
    'few parcels are delivered late',
  "CREATE INDEX shipments_past_of_carrier_idx ON shipments USING btree (carrier, delivered_at DESC) WHERE ((delivered_at IS NOT NULL) AND ((record ->> 'kind'::text) = 'OUTBOUND'::text))":
    'partial: delivered parcels, from which estimates are learned',
  "CREATE INDEX shipments_delivered_idx ON shipments USING btree (delivered_at, id) WHERE ((delivered_at IS NOT NULL) AND ((record ->> 'kind'::text) = 'OUTBOUND'::text))":
    'partial: delivered parcels, from which the accuracy of estimates is computed',
  "CREATE INDEX shipments_past_of_country_idx ON shipments USING btree (((record ->> 'country'::text)), delivered_at DESC) WHERE ((delivered_at IS NOT NULL) AND ((record ->> 'kind'::text) = 'OUTBOUND'::text))":
    'partial: delivered parcels, from which estimates are learned',
  "CREATE INDEX shipments_past_of_lane_idx ON shipments USING btree (carrier, COALESCE((record ->> 'service'::text), ''::text), (((((COALESCE((record ->> 'origin'::text), (record ->> 'originCountry'::text), ''::text) || ' → '::text) || COALESCE((record ->> 'country'::text), ''::text)) || ' → '::text) || COALESCE((record ->> 'postcodePrefix'::text), ''::text))), delivered_at DESC) WHERE ((delivered_at IS NOT NULL) AND ((record ->> 'kind'::text) = 'OUTBOUND'::text))":
    'partial: delivered parcels, from which estimates are learned',
  'CREATE INDEX shipments_promised_idx ON shipments USING btree (promised_at) WHERE ((delivered_at IS NULL) AND (promised_at IS NOT NULL))':
    'few of all stored parcels are on their way',
  "CREATE INDEX alerts_unfired_idx ON alerts USING btree (updated_at) WHERE ((state = 'RESOLVED'::text) AND (fired_at IS NULL))":
    'alerts that never fired are deleted after a day, the others after 90',
  [`function CREATE OR REPLACE FUNCTION forget_stream_months()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  DELETE FROM stream_months m WHERE EXISTS (
    SELECT FROM changed_windows w
    WHERE w.stream = m.stream AND w.version = m.version AND w.start_at >= m.start_at AND w.start_at < m.end_at);
  RETURN NULL;
END $function$
`]: 'a merged month is deleted when any release changes its windows, so that it is never stale',
  ...Object.fromEntries(
    ['INSERT', 'UPDATE', 'DELETE'].map((change) => [
      `trigger on stream_windows: CREATE TRIGGER forget_months_on_${change.toLowerCase()} AFTER ${change} ON stream_windows ` +
        `REFERENCING ${change === 'DELETE' ? 'OLD' : 'NEW'} TABLE AS changed_windows ` +
        'FOR EACH STATEMENT EXECUTE FUNCTION forget_stream_months()',
      'calls the function above',
    ]),
  ),
  ...Object.fromEntries(
    [
      ['customers', 'SELECT c.id FROM changed_customers c'],
      ['profiles', 'SELECT p.customer_id FROM changed_profiles p'],
      [
        'merges',
        `
    SELECT substr(s.subject, 3) FROM changed_merges m CROSS JOIN LATERAL (VALUES (m.from_subject), (m.into_subject)) AS s (subject)
    WHERE s.subject LIKE 'c:%'`,
      ],
    ].map(([name, select]) => [
      `function CREATE OR REPLACE FUNCTION mark_audience_${name}()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO audience_changes (customer_id)${select.startsWith('\n') ? '' : ' '}${select};
  RETURN NULL;
END $function$
`,
      'no writer of any release can change what audiences read without marking the customer',
    ]),
  ),
  ...Object.fromEntries(
    [
      ['customers', 'customers', 'INSERT'],
      ['customers', 'customers', 'UPDATE'],
      ['customer_profiles', 'profiles', 'INSERT'],
      ['customer_profiles', 'profiles', 'UPDATE'],
      ['customer_profiles', 'profiles', 'DELETE'],
      ['merges', 'merges', 'INSERT'],
      ['merges', 'merges', 'UPDATE'],
    ].map(([table, name, change]) => [
      `trigger on ${table}: CREATE TRIGGER mark_audiences_on_${change.toLowerCase()} AFTER ${change} ON ${table} ` +
        `REFERENCING ${change === 'DELETE' ? 'OLD' : 'NEW'} TABLE AS changed_${name} ` +
        `FOR EACH STATEMENT EXECUTE FUNCTION mark_audience_${name}()`,
      'calls one of the functions above',
    ]),
  ),
};

const migrationsDir = migrationsFolder();
const datamodel = readFileSync(path.join(migrationsDir, '..', 'schema.prisma'), 'utf8');

let shop: TestNamespace;
let pool: Pool;

beforeAll(async () => {
  shop = await testNamespace();
  pool = new Pool({ connectionString: shop.databaseUrl, max: 2 });
});

afterAll(async () => {
  await pool.query(`DROP SCHEMA IF EXISTS "${shop.namespace}_model" CASCADE`);
  await pool.end();
  await shop.drop();
});

/** Returns a schema's columns, indexes, constraints and enums, one line each, without the schema's name. */
async function structureOf(schema: string): Promise<string[]> {
  const { rows } = await pool.query<{ line: string }>(
    `SELECT format('column %s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                   CASE WHEN a.attnotnull THEN ' NOT NULL' END, ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)) AS line
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p')
     UNION ALL
     SELECT regexp_replace(pg_get_indexdef(i.indexrelid), ' WITH \\([^)]*\\)$', '') FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE c.relnamespace = $1::regnamespace
     UNION ALL
     SELECT format('index %s: %s', c.relname, array_to_string(c.reloptions, ', ')) FROM pg_class c
      WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'i' AND c.reloptions IS NOT NULL
     UNION ALL
     SELECT format('table %s: %s', c.relname, array_to_string(c.reloptions, ', ')) FROM pg_class c
      WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' AND c.reloptions IS NOT NULL
     UNION ALL
     SELECT format('storage of %s.%s: %s', c.relname, a.attname, a.attstorage)
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       JOIN pg_type t ON t.oid = a.atttypid
      WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' AND a.attstorage <> t.typstorage
     UNION ALL
     SELECT format('constraint %s on %s: %s', o.conname, o.conrelid::regclass, pg_get_constraintdef(o.oid))
       FROM pg_constraint o WHERE o.connamespace = $1::regnamespace AND o.contype <> 'n'
     UNION ALL
     SELECT format('enum %s: %s', t.typname, string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder))
       FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.typnamespace = $1::regnamespace GROUP BY t.typname
     UNION ALL
     SELECT format('trigger on %s: %s', g.tgrelid::regclass, pg_get_triggerdef(g.oid))
       FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
      WHERE c.relnamespace = $1::regnamespace AND NOT g.tgisinternal
     UNION ALL
     SELECT format('view %s: %s', c.relname, pg_get_viewdef(c.oid)) FROM pg_class c
      WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('v', 'm')
     UNION ALL
     SELECT format('function %s', pg_get_functiondef(f.oid)) FROM pg_proc f WHERE f.pronamespace = $1::regnamespace`,
    [`"${schema}"`],
  );
  return rows
    .map(({ line }) => line.replaceAll(`"${schema}".`, '').replaceAll(`${schema}.`, ''))
    .filter((line) => !line.includes('_prisma_migrations'))
    .sort();
}

async function createFrom(sql: string, schema: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`CREATE SCHEMA "${schema}"; SET search_path = "${schema}"`);
    await client.query(sql);
  } finally {
    client.release(true);
  }
}

it('the migrations lead to the datamodel, with only the differences that are listed here', async () => {
  const model = `${shop.namespace}_model`;
  await createFrom(await diffDatamodels(pool, undefined, datamodel), model);
  const expected = await structureOf(model);
  const actual = await structureOf(shop.namespace);
  expect(expected.length).toBeGreaterThan(20);
  const allowed = Object.keys(HAND_WRITTEN);
  expect({
    'in the datamodel only ("npm run migration -- NAME" writes the migration)': expected.filter(
      (line) => !actual.includes(line),
    ),
    'in the migrations only (list it in HAND_WRITTEN if it is meant)': actual.filter(
      (line) => !expected.includes(line) && !allowed.includes(line),
    ),
    'in HAND_WRITTEN, but in no migration': allowed.filter((line) => !actual.includes(line)),
  }).toEqual({
    'in the datamodel only ("npm run migration -- NAME" writes the migration)': [],
    'in the migrations only (list it in HAND_WRITTEN if it is meant)': [],
    'in HAND_WRITTEN, but in no migration': [],
  });
});

it('the datamodel that the next migration starts from is what the last one led to', async () => {
  const migrated = readFileSync(path.join(migrationsDir, 'migrated.prisma'), 'utf8');
  const statements = (await diffDatamodels(pool, migrated, datamodel)).replaceAll(/^--.*$/gm, '').trim();
  expect(statements).toBe('');
});
