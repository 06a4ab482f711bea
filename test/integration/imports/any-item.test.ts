import { testAnyItems } from '../../setup/any-item-tests';

describe('any item', () => testAnyItems({ seed: 43, count: 150 }));
