import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runCommand } from '../../setup/command';
import { ADMIN_KEY, startApi, startWorker } from '../../setup/processes';
import { testFolder, testNamespace, type TestNamespace } from '../../setup/shop';

const product = (id: string, more: object = {}) => JSON.stringify({ id, title: id.toUpperCase(), ...more });
const view = (productId: string, more: object = {}) =>
  JSON.stringify({ type: 'VIEW', customerId: 'c', occurredAt: '2026-01-02T03:04:05Z', productId, ...more });

describe('an import of a file with mistakes', () => {
  let shop: TestNamespace;
  let folder: string;

  beforeEach(async () => {
    shop = await testNamespace();
    folder = testFolder('import-mistakes');
  });

  afterEach(() => shop.drop());

  const write = (name: string, ...lines: string[]) => {
    const file = path.join(folder, name);
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  };
  const run = (...args: string[]) => runCommand(shop, ['import', ...args], { DATA_DIR: folder });

  it('reports how many products are not in the catalogue, and which, over the database and over GraphQL', async () => {
    expect(await run('products', write('products.jsonl', product('a')))).toMatchObject({ code: 0 });
    const events = write('events.jsonl', ...['a', 'ghost-2', 'ghost-1', 'ghost-2'].map((id) => view(id)));
    const direct = await run('events', events, '--json');
    const unknownProducts = { count: 2, lines: 3, first: ['ghost-2', 'ghost-1'] };
    expect(direct.code).toBe(0);
    expect(JSON.parse(direct.output)).toMatchObject({ lines: 4, imported: 4, rejected: 0, unknownProducts });
    expect(direct.errors).toContain('2 product ids are not in the catalogue (3 lines): ghost-2, ghost-1\n');
    const order = { id: 'o', customerId: 'c', placedAt: '2026-01-02T03:04:05Z' };
    const unitPrice = { amount: '1', currency: 'EUR' };
    const lines = ['g1', 'g2'].map((productId, n) => ({ id: String(n), productId, quantity: 1, unitPrice }));
    const orders = await run('orders', write('orders.jsonl', JSON.stringify({ ...order, lines })));
    expect(orders.errors).toContain('None of the 2 product ids is in the catalogue (2 lines): g1, g2\n');
    // Over GraphQL a worker has to apply the events to live state.
    const [worker, api] = [startWorker(shop), await startApi(shop)];
    const remote = ['--url', `http://127.0.0.1:${api.port}/graphql`, '--key', ADMIN_KEY, '--json'];
    expect(JSON.parse((await run('events', events, ...remote)).output)).toMatchObject({ unknownProducts });
    await Promise.all([api.stop(), worker.stop()]);
    await run('products', write('products.jsonl', ...['a', 'ghost-1', 'ghost-2'].map((id) => product(id))));
    const { output, errors } = await run('events', events, '--json');
    expect(JSON.parse(output)).toMatchObject({ unchanged: 4, unknownProducts: { count: 0, lines: 0, first: [] } });
    expect(errors).not.toContain('catalogue');
  });

  it('reports how many attribute values facets leave out, and of which products', async () => {
    const models = (count: number) => Array.from({ length: count }, (_, n) => `Printer ${n}`);
    const long = ['a', 'b', 'c'].map((text) => text.repeat(101));
    const file = write(
      'products.jsonl',
      product('fits', { attributes: { compatibleWith: models(100), note: 'n'.repeat(100), more: models(1) } }),
      product('ink-1', {
        attributes: { compatibleWith: models(130), note: long[0], again: [long[1], long[1], long[2]] },
      }),
      product('ink-2', { attributes: { note: `${long[0]} `, nested: { text: long[0] }, empty: ' '.repeat(200) } }),
    );
    const { code, output, errors } = await run('products', file, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({
      imported: 3,
      beyondFacets: {
        tooLong: { values: 4, products: 2, first: ['ink-1', 'ink-2'] },
        tooMany: { values: 32, products: 2, first: ['fits', 'ink-1'] },
      },
    });
    expect(errors).toContain('4 attribute values of 2 products are longer than 100 characters: ink-1, ink-2\n');
    expect(errors).toContain(
      '32 attribute values of 2 products are beyond the first 100 of the product: fits, ink-1\n',
    );
    expect(errors).toContain('  Search finds these values; facets and facet filters do not.\n');
    expect((await run('products', write('few.jsonl', product('x')))).errors).not.toContain('attribute value');
  });

  it('lists rejected lines with their reason and text in DATA_DIR, or in the file of --rejects', async () => {
    const bad = product('b', { price: { amount: '9,50', currency: 'EUR' } });
    const cleared = product('c', { title: null });
    const file = write('my products.jsonl', product('a'), bad, '{"title":', cleared, product('d', { stock: 1.5 }));
    const { code, errors } = await run('products', file);
    const rejects = path.join(folder, 'rejects', 'my products.jsonl.rejected.csv');
    expect(code).toBe(0);
    expect(errors).toContain(`4 lines not imported (3 BAD_USER_INPUT, 1 MALFORMED): ${rejects}\n`);
    expect(errors).toContain(
      '  line 2: price.amount must be a string such as "12.50", with up to 30 digits and no exponent; got "9,50"\n',
    );
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const [header, ...rows] = readFileSync(rejects, 'utf8').trimEnd().split('\n');
    expect(header).toBe('line,reason,message,original');
    expect(rows[0]).toBe(
      `2,BAD_USER_INPUT,${quoted('price.amount must be a string such as "12.50", with up to 30 digits and no exponent; got "9,50"')},${quoted(bad)}`,
    );
    expect(rows[1]).toMatch(/^3,MALFORMED,"the line is not JSON: .*","{""title"":"$/);
    // An error that is found only by comparison with the catalogue also has its line, field and text.
    expect(rows[3]).toBe(`4,BAD_USER_INPUT,"title is missing: a new product requires it",${quoted(cleared)}`);
    expect(rows[2]).toMatch(/^5,BAD_USER_INPUT,"stock must be a whole number from .*; got 1\.5",/);
    expect(existsSync(`${file}.rejected.csv`)).toBe(false);
    const chosen = path.join(folder, 'elsewhere', 'wrong.csv');
    await run('products', file, '--rejects', chosen);
    expect(readFileSync(chosen, 'utf8').split('\n')).toHaveLength(6);
    // Files of an earlier run are removed.
    await run('products', write('my products.jsonl', product('a')));
    expect(existsSync(rejects)).toBe(false);
    for (const wrong of [folder, file]) expect((await run('products', file, '--rejects', wrong)).code).not.toBe(0);
    expect(readFileSync(file, 'utf8')).toContain(product('a'));
  });

  it('reports once that a file is of another kind, imports nothing, and fails', async () => {
    const products = write('products.jsonl', ...['a', 'b'].map((id) => product(id)));
    const { code, output, errors } = await run('events', products, '--json');
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toContain(
      `${products} seems to be a file of products, not of events. Use: import products ${products}\nNothing was imported.\n`,
    );
    expect(existsSync(path.join(folder, 'rejects', 'products.jsonl.rejected.csv'))).toBe(false);
  });

  it('fails if nothing was imported, but not if everything was there already', async () => {
    const none = await run('products', write('none.jsonl', product('a', { colour: 'red' }), 'nonsense'), '--json');
    expect(none.code).toBe(1);
    expect(JSON.parse(none.output)).toMatchObject({ lines: 2, imported: 0, rejected: 2, unchanged: 0 });
    expect(none.errors).toMatch(/Nothing was imported\.\n$/);
    const some = write('some.jsonl', product('a'), 'nonsense');
    for (const counts of [{ imported: 1 }, { unchanged: 1 }]) {
      const { code, output } = await run('products', some, '--json');
      expect(code).toBe(0);
      expect(JSON.parse(output)).toMatchObject(counts);
    }
    const empty = await run('products', write('empty.jsonl', ''));
    expect(empty.code).toBe(0);
    expect(empty.errors).toContain('has no lines.');
  });
});
