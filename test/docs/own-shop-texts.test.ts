/** Executes the documentation of a shop of one's own, exactly as written. */
import { Reader } from './reader';

describe('with a shop of one’s own', () => {
  let reader: Reader;

  beforeAll(async () => (reader = await Reader.arrive()));
  afterAll(() => reader.leave());

  it('docs/tutorials/your-own-catalogue.md', () => reader.follow('docs/tutorials/your-own-catalogue.md'));

  it.each(['streams', 'orders', 'expressions', 'monitoring'])(
    'the operations of docs/%s.md, with an admin key',
    async (name) => {
      reader.useKey('admin-key');
      await reader.tryOperations(`docs/${name}.md`);
    },
  );
});
