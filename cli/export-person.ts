import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { NOT_REACHED } from '../src/erasure/erasure.service';
import { personalRecords } from '../src/erasure/personal-data.service';
import { SHOP } from '../src/shop';
import { inSnapshot, type Pool } from '../src/platform/postgres';

/**
 * Writes all data that is stored about a customer as one JSON object: `records` has the rows of each table, as the query
 * `personalData` returns them.
 * @returns the number of rows
 */
export function writePerson(pool: Pool, out: Writable, customerId: string): Promise<number> {
  const write = async (text: string) => {
    if (!out.write(text)) await once(out, 'drain');
  };
  return inSnapshot(pool, async (client) => {
    const about = { customerId, exportedAt: new Date(), notReached: NOT_REACHED };
    await write(`${JSON.stringify(about, null, 2).slice(0, -2)},\n  "records": {`);
    let open: string | undefined;
    let count = 0;
    for await (const { table, data } of personalRecords(client, SHOP, customerId)) {
      if (table === open) await write(',');
      else await write(`${open === undefined ? '' : '\n    ],'}\n    ${JSON.stringify(table)}: [`);
      open = table;
      await write(`\n      ${JSON.stringify(data)}`);
      count++;
    }
    await write(`${open === undefined ? '' : '\n    ]\n  '}}\n}\n`);
    return count;
  });
}
