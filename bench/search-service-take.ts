import { catalogueProduct, type CatalogueProduct } from '../src/catalog/catalogue-product';
import { mergeProduct } from '../src/catalog/merge-product';
import { ProductsReadModel } from '../src/catalog/products.read-model';
import { Analyzers } from '../src/search-engine/text/analyzers';
import { indexSettings } from '../src/search/document/index-settings';
import { productDocument } from '../src/search/document/product-document';
import { SegmentBuilder } from '../src/search-engine/index/segment-builder';
import { encodeSegment } from '../src/search-engine/index/segment-codec';
import { CatalogIndex } from '../src/search/catalog-index.read-model';
import { segmentDictionary } from '../src/search-engine/spelling/segment-dictionary';
import { type BenchRow, percentile } from './row';
import type { SyntheticCatalogue } from './search-service-shop';

const CHANGES = 1_000;
const WARM_UP = 200;
const BASES = 20;
const PAUSE_MS = 2;
const AT = Date.UTC(2026, 0, 1);

/**
 * Measures how long loading a new base segment and applying a changed product hold an API process's event loop: in
 * process, one after another.
 */
export async function timeTaking(catalogue: SyntheticCatalogue, suffix: string): Promise<BenchRow[]> {
  const products = new Map<string, CatalogueProduct>();
  const builder = new SegmentBuilder(indexSettings(['size', 'weight']));
  const analyzers = new Analyzers('en');
  for (let number = 0; number < catalogue.size; number++) {
    const product = productOf(catalogue, number);
    products.set(product.id, product);
    const document = productDocument(product, analyzers);
    if (document !== undefined) builder.add(document);
  }
  const segment = builder.finish();
  const figures = { documents: 0, bytes: 0, words: 0, read: 0, gone: 0 };
  const base = {
    bytes: encodeSegment(segment),
    dictionary: segmentDictionary(segment).state,
    position: 0,
    jieba: false,
    figures,
  };
  const read = new ProductsReadModel();
  read.get = (id) => products.get(id);
  const begin = () => new CatalogIndex(base, read, 'en', undefined, () => undefined);
  const taken = Array.from({ length: BASES }, () => {
    const began = performance.now();
    begin();
    return performance.now() - began;
  });
  const live = begin();
  let position = 0;
  const take = async (change: (product: CatalogueProduct, n: number) => CatalogueProduct) => {
    const times: number[] = [];
    for (let n = -WARM_UP; n < CHANGES; n++) {
      const number = ((n + WARM_UP) * 104_729) % catalogue.size;
      const product = change(productOf(catalogue, number), n);
      products.set(product.id, product);
      const began = performance.now();
      live.apply({ position: ++position, ids: [product.id] });
      if (n >= 0) times.push(performance.now() - began);
      if (live.position < position) throw new Error('the index must apply the change immediately');
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return { subject: 'freshet', p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
  };
  const price = await take((product, n) => ({ ...product, priceNumber: n + WARM_UP }));
  const texts = await take((product, n) => ({ ...product, title: `${product.title} novel${n}` }));
  const bases = { subject: 'freshet', p50: percentile(taken, 0.5), p99: percentile(taken, 0.99) };
  return [
    { name: `event loop: a base taken over, ${suffix}`, ...bases },
    { name: `event loop: a changed price applied, ${suffix}`, ...price },
    { name: `event loop: a changed title applied, ${suffix}`, ...texts },
  ];
}

function productOf(catalogue: SyntheticCatalogue, number: number): CatalogueProduct {
  const record = mergeProduct(undefined, catalogue.product(number), AT);
  if ('code' in record) throw new Error(record.message);
  return catalogueProduct(record);
}
