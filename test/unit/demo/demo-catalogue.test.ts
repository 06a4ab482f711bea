import { mergeProduct } from '../../../src/catalog/merge-product';
import { demoProducts } from '../../../src/demo/demo-catalogue';
import { LINES, LIFESTYLES } from '../../../src/demo/goods/assortment';
import { productPicture } from '../../../src/demo/product-picture';

const NOW = new Date('2026-05-20T15:00:00Z');
const PRODUCTS = demoProducts(NOW);

describe('the catalogue of the demo shop', () => {
  it('has six hundred products that a shop accepts, each with its own id and title', () => {
    expect(PRODUCTS).toHaveLength(600);
    expect(new Set(PRODUCTS.map(({ id }) => id)).size).toBe(600);
    expect(new Set(PRODUCTS.map(({ title }) => title)).size).toBe(600);
    for (const product of PRODUCTS) expect(mergeProduct(undefined, product, NOW.getTime())).not.toHaveProperty('code');
  });

  it('marks each product as synthetic for programs, and leaves it to the page to say so once', () => {
    for (const { attributes, title, description } of PRODUCTS) {
      expect(attributes).toMatchObject({ synthetic: true });
      expect(`${title} ${description}`).not.toMatch(/made[- ]up|fictional|synthetic|demo/i);
    }
  });

  it('has lines of one form, each in one lifestyle', () => {
    for (const { singleProducts, kinds, consumables } of LINES) {
      expect(singleProducts).toHaveLength(10);
      expect(kinds).toHaveLength(8);
      for (const { versions } of kinds) expect(new Set(versions).size).toBe(5);
      expect(consumables.every((at) => singleProducts[at] !== undefined)).toBe(true);
    }
    expect(LIFESTYLES.flat().sort((a, b) => a - b)).toEqual(LINES.map((_, at) => at));
  });

  it('has variants, reductions, new arrivals and products that are out of stock', () => {
    const groups = new Map<string, number>();
    for (const { groupId } of PRODUCTS) if (groupId) groups.set(groupId, (groups.get(groupId) ?? 0) + 1);
    expect(groups.size).toBeGreaterThan(20);
    expect([...groups.values()].every((size) => size === 5)).toBe(true);
    const reduced = PRODUCTS.filter(({ listPrice }) => listPrice);
    expect(reduced.length).toBeGreaterThan(20);
    for (const { price, listPrice } of reduced)
      expect(Number(listPrice!.amount)).toBeGreaterThan(Number(price!.amount));
    const fresh = PRODUCTS.filter(({ publishedAt }) => NOW.getTime() - publishedAt!.getTime() < 61 * 86_400_000);
    expect(fresh.length).toBeGreaterThan(20);
    expect(PRODUCTS.every(({ publishedAt }) => publishedAt! < NOW)).toBe(true);
    const missing = PRODUCTS.filter(({ availability }) => availability === 'OUT_OF_STOCK').length;
    expect(missing).toBeGreaterThan(3);
    expect(missing).toBeLessThan(40);
  });

  it('has small pictures without external loads, scripts and styles', () => {
    const pictures = PRODUCTS.map(({ id, title, attributes }) => productPicture(id, title!, attributes!.colour));
    expect(new Set(pictures).size).toBe(600);
    for (const picture of pictures) {
      expect(picture!.length).toBeLessThan(1_500);
      expect(picture).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^]*<\/svg>$/);
      expect(picture).not.toMatch(/<script|<style|style=|href|url\(|\son\w+=|&(?!amp;|lt;|gt;)/);
    }
    expect(productPicture('demo-01-01', 'Salt & <Pepper>', undefined)).toContain(
      '<title>Salt &amp; &lt;Pepper&gt;</title>',
    );
  });

  it.each(['demo-13-01', 'demo-00-01', 'demo-01-51', 'demo-1-1', 'mug', ''])('has no picture of %j', (id) => {
    expect(productPicture(id, 'A thing', undefined)).toBeNull();
  });
});
