import { catalogueProduct } from '../../../../src/catalog/catalogue-product';
import { mergeProduct } from '../../../../src/catalog/merge-product';
import { miniSearchEngine } from '../../../../src/evaluation/search/minisearch-engine';

describe('MiniSearch as a peer', () => {
  afterEach(() => {
    jest.dontMock('minisearch');
    jest.resetModules();
  });

  it('finds by typos and beginnings of words', async () => {
    const record = mergeProduct(undefined, { id: 'p1', title: 'Porcelain teapot' }, Date.now());
    if ('code' in record) throw new Error(record.message);
    const engine = await miniSearchEngine([catalogueProduct(record)]);
    for (const text of ['porcelian', 'teap', 'p1'])
      expect([text, await engine?.search(text, false)]).toEqual([text, { ids: ['p1'] }]);
    expect(await engine?.search('lantern', false)).toEqual({ ids: [] });
  });

  it('is absent if the package is not installed', async () => {
    jest.doMock('minisearch', () => {
      throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
    });
    expect(await miniSearchEngine([])).toBeUndefined();
  });
});
