import { testAnyInputs } from '../../setup/any-input-tests';

describe('any input of the right JSON type, another one in each run', () =>
  testAnyInputs({ seed: Date.now() % 2 ** 31, runs: 60 }));
