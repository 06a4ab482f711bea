import { parse } from 'graphql';
import { DocumentStore } from '../../../src/graphql/document-store';

const text = (n: number | string) => `{ product(id: "${n}${'x'.repeat(1_000)}") { id } }`;

describe('the store of documents', () => {
  it('returns a document by its text', () => {
    const store = new DocumentStore();
    const document = parse(text(1));
    store.set(text(1), document, 'a');
    expect(store.get(text(1))).toBe(document);
    expect(store.get(text(2))).toBeUndefined();
  });

  it('holds those of others while one client sends many', () => {
    const store = new DocumentStore();
    store.set(text('often'), parse(text('often')), 'bystander');
    for (let n = 0; n < 2_000; n++) store.set(text(n), parse(text(n)), 'attacker');
    expect(store.get(text('often'))).toBeDefined();
    expect(store.get(text(0))).toBeUndefined();
    expect(store.get(text(1_999))).toBeDefined();
  });
});
