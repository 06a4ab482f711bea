import { testAnyItems } from '../../setup/any-item-tests';

describe('any item, another one in each run', () => testAnyItems({ seed: Date.now() % 2 ** 31, count: 500 }));
