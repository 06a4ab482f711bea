import { DEMO_ARTICLES } from '../../../src/demo/demo-articles';
import type { ProductMeaning, SearchedQuestion } from '../../../src/search/searched-question';
import type { ArticleRecord } from '../../../src/support/articles/article';
import { ArticlesReadModel } from '../../../src/support/articles/articles.read-model';
import { isQuestion } from '../../../src/support/articles/question-words';

const updatedAt = '2026-01-01T00:00:00.000Z';
const demoArticles = DEMO_ARTICLES.map((article) => ({
  url: null,
  language: null,
  intents: [],
  ...article,
  updatedAt,
})) as ArticleRecord[];

function modelOf(articles: readonly ArticleRecord[], shopLanguage = 'en'): ArticlesReadModel {
  const model = new ArticlesReadModel(shopLanguage);
  model.apply({ articles });
  return model;
}

describe('articles for a search', () => {
  const demo = modelOf(demoArticles);
  const ask = (text: string, products: ProductMeaning = 'NONE', intent: string | null = null, model = demo) => {
    const question: SearchedQuestion = { text, languages: ['en', 'de'], isLanguageStated: false, products };
    return model.findForSearch(question, intent).map(({ article: { id } }) => id);
  };

  it.each([
    ['return policy', 'returns'],
    ['Returns', 'returns'],
    ['shipping', 'delivery'],
    ['shipping costs', 'delivery'],
    ['shipping info', 'delivery'],
    ['opening hours', 'contact'],
    ['gift cards', 'gift-cards'],
    ['warranty', 'warranty'],
    ['invoice', 'invoices'],
    ['discount code', 'discount-codes'],
    ['forgot password', 'account'],
  ])('%s is answered by its words', (query, id) => {
    expect(ask(query)[0]).toBe(id);
    // Words in the descriptions of products change nothing.
    expect(ask(query, 'FOUND')[0]).toBe(id);
  });

  it.each([
    'lamp',
    'reading lamp',
    'tent for 4 people',
    'wool blanket',
    'yoga mat',
    'umbrella',
    'board game',
    'phone case',
    'terms and conditions',
    'faq',
  ])('%s is answered by none', (query) => {
    for (const products of ['NONE', 'FOUND', 'NAMED'] as const) expect(ask(query, products)).toEqual([]);
  });

  it('a query that names products brings an article only if it asks something, or has the title of one for an intent', () => {
    const lamps: ArticleRecord = {
      ...{ id: 'lamps', title: 'Reading lamps', body: 'A reading lamp needs 400 lumen. Lamps can be returned.' },
      ...{ url: null, language: null, intents: [], updatedAt },
    };
    const model = modelOf([...demoArticles, lamps]);
    const with_ = (text: string, products: ProductMeaning) => ask(text, products, null, model);
    expect(with_('reading lamp', 'NAMED')).toEqual([]);
    expect(with_('lamp', 'NAMED')).toEqual([]);
    expect(with_('which reading lamp is bright', 'NAMED')).toEqual(['lamps']);
    expect(with_('can I return a lamp?', 'NAMED')).toContain('lamps');
    expect(with_('gift cards', 'NAMED')).toEqual(['gift-cards']);
    expect(with_('gift card holder', 'NAMED')).toEqual([]);
    expect(ask('gift box', 'NAMED', 'gift-card')).toEqual([]);
    // One word in the text of an article is enough only if no product has it.
    expect(with_('lumen', 'FOUND')).toEqual([]);
    expect(with_('lumen', 'NONE')).toEqual(['lamps']);
  });

  it('a certain intent comes first, with further articles that have the words', () => {
    expect(ask('voucher', 'NONE', 'gift-card')).toEqual(['gift-cards']);
    expect(ask('how long does delivery take', 'FOUND', 'delivery-options')).toEqual(['delivery']);
    expect(ask('delivery', 'NONE', 'delivery-options')).toEqual(['delivery', 'international-delivery']);
    expect(ask('gift cards')).toEqual(['gift-cards']);
    expect(ask('money back', 'NONE', 'return-item')[0]).toBe('returns');
    expect(ask('', 'NONE')).toEqual([]);
    expect(ask('the of and', 'NONE')).toEqual([]);
  });

  describe('in a language with compounds', () => {
    const german = (id: string, title: string, body: string) => ({
      ...{ id, title, body, url: null, language: 'de', intents: [id], updatedAt },
    });
    const model = modelOf(
      [
        german('versand', 'Versand und Lieferung', 'Der Versand ist kostenlos. Jedes Paket ist versichert.'),
        german('reparatur', 'Reparaturservice', '# Reparatur\nWir reparieren Lampen in unserer Werkstatt.'),
        german('rechnung', 'Rechnungen', 'Zu jedem Artikel gibt es eine Rechnung. Versand und Kosten stehen darin.'),
        german('zahlung', 'Zahlungsmöglichkeiten', 'Karte oder Überweisung.'),
        german('rueckgabe', 'Rückgabe', 'Innerhalb von 30 Tagen.'),
      ],
      'de',
    );
    const find = (text: string, products: ProductMeaning) =>
      model
        .findForSearch({ text, languages: ['de'], isLanguageStated: true, products }, null)
        .map(({ article: { id }, titleCoverage }) => [id, titleCoverage]);

    it.each([
      ['Versandkosten', 'versand'],
      ['versanddauer', 'versand'],
      ['Lieferzeiten', 'versand'],
      ['Lieferungskosten', 'versand'],
      ['Rückgaberecht', 'rueckgabe'],
      ['Rückgabefrist', 'rueckgabe'],
      ['Rechnungsadresse', 'rechnung'],
      ['Zahlung', 'zahlung'],
      ['Zahlungsarten', 'zahlung'],
    ])('%s is about a service, and not what the title says', (query, id) => {
      expect(find(query, 'NONE')).toEqual([[id, 0]]);
      expect(find(query, 'FOUND')).toEqual([]);
      expect(find(query, 'NAMED')).toEqual([]);
    });

    it.each([
      'Lieferwagen',
      'Versandtasche',
      'Reparaturset',
      'Rechnungsblock',
      'Artikelbaum',
      'Paketband',
      'Kartenhalter',
    ])('%s is a product', (query) => {
      for (const products of ['NONE', 'FOUND', 'NAMED'] as const) expect(find(query, products)).toEqual([]);
    });

    it('an article that is deleted or replaced is found no more', () => {
      const changed = modelOf([german('versand', 'Versand', 'Kostenlos.')], 'de');
      const findNow = (text: string) =>
        changed.findForSearch({ text, languages: ['de'], isLanguageStated: true, products: 'NONE' }, null).length;
      expect(findNow('Versandkosten')).toBe(1);
      changed.apply({ articles: [german('versand', 'Rückgabe', 'Kostenlos.')] });
      expect(findNow('Versandkosten')).toBe(0);
      expect(findNow('Rückgaberecht')).toBe(1);
      changed.apply({ articles: [], deletedArticles: ['versand'] });
      expect(findNow('Rückgaberecht')).toBe(0);
    });
  });

  it('are none for a text that is longer than a search', () => {
    expect(ask('returns')).toEqual(['returns']);
    expect(ask(`returns ${'x'.repeat(200)}`, 'NONE', 'return-item')).toEqual([]);
    expect(ask('do returns '.repeat(21), 'NONE', 'return-item')).toEqual([]);
  });

  it('are those in the languages of the query, of the words that they have', () => {
    const model = modelOf([
      ...demoArticles,
      { ...demoArticles[0], id: 'rueckgabe', language: 'de', title: 'Rückgabe', body: 'Rückgaben sind kostenlos.' },
      { ...demoArticles[0], id: 'zeiten', language: 'de', title: 'Öffnungszeiten', body: 'Werktags von 9 bis 18 Uhr.' },
    ]);
    const find = (text: string, languages: string[], isLanguageStated = true) => {
      const question: SearchedQuestion = { text, languages, isLanguageStated, products: 'NONE' };
      return model.findForSearch(question, null).map(({ article: { id } }) => id);
    };
    expect(find('Rückgabe', ['en', 'de'])).toEqual(['rueckgabe']);
    expect(find('Rückgaberecht', ['de'])).toEqual(['rueckgabe']);
    expect(find('Öffnungszeiten', ['de'])).toEqual(['zeiten']);
    expect(find('Lampe', ['de'])).toEqual([]);
    expect(find('Rückgabe', ['en'])).toEqual([]);
    // A language that is not stated is that of the articles that answer.
    expect(find('Rückgabe', ['en'], false)).toEqual(['rueckgabe']);
    expect(find('return policy', ['de'])).toEqual([]);
    expect(find('return policy', ['de'], false)).toEqual(['returns']);
    expect(find('lamp', ['en'], false)).toEqual([]);
  });
});

it('a question begins with the words of one, or ends with its sign', () => {
  for (const text of [
    ...['how long does delivery take', 'lamp?', 'can I return this', 'do you ship to Norway', '可以退货吗', '多久到货'],
    ...[
      'wie lange dauert der Versand',
      'kann ich das zurückgeben',
      'combien coûte la livraison',
      'какой срок доставки',
    ],
  ])
    expect([text, isQuestion(text)]).toEqual([text, true]);
  for (const text of [
    'lamp',
    'can opener',
    'can opener steel black',
    'hat',
    'hat wool red',
    'how',
    'return policy',
    '',
  ])
    expect([text, isQuestion(text)]).toEqual([text, false]);
});
