import { testAnyInputs } from '../../setup/any-input-tests';

describe('any input of the right JSON type', () => testAnyInputs({ seed: 43, runs: 20 }));
