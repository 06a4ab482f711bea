import { type DocumentNode, Kind, parse } from 'graphql';
import { DocumentStore } from '../../../src/graphql/document-store';

const REFUSED: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };

describe('the store of documents', () => {
  it('stores a document that is sent for the second time, and never the refused one', async () => {
    const store = new DocumentStore(REFUSED);
    const document = parse('{ product(id: "a") { id } }');
    await store.set('a', document);
    expect(await store.get('a')).toBeUndefined();
    await store.set('a', document);
    expect(await store.get('a')).toBe(document);
    for (let n = 0; n < 3; n++) await store.set('b', REFUSED);
    expect(await store.get('b')).toBeUndefined();
  });

  it('stays full of them while others are sent once', async () => {
    const store = new DocumentStore();
    const often = parse('{ viewer { scope } }');
    for (let n = 0; n < 2; n++) await store.set('often', often);
    for (let n = 0; n < 2_000; n++)
      await store.set(`once ${n}`, parse(`{ product(id: "${'x'.repeat(500)}${n}") { id } }`));
    expect(await store.get('often')).toBe(often);
  });
});
