import { Arg, Query, Resolver } from 'type-graphql';
import { checkFirst, decodeCursor, encodeCursor, First, pageOf, wrongCursor } from '../graphql/connection';
import { ID } from '../graphql/scalars';
import { Scoped } from '../graphql/scope';
import type { PersonalDataService, PersonalPlace } from './personal-data.service';
import { PersonalRecordConnection } from './personal-data.type';

const CURSOR_KIND = 'personalRecords';

@Resolver()
export class PersonalDataResolver {
  constructor(private readonly service: PersonalDataService) {}

  @Scoped('SERVER')
  @Query(() => PersonalRecordConnection, {
    nullable: true,
    description:
      'Everything that is stored about a customer, table by table: the rows that `eraseCustomer` would remove, without copies, counts and what is computed from them, and without what others did in a visit that they shared. `freshet export person` writes the same into a file.',
  })
  async personalData(
    @Arg('customerId', () => ID) customerId: string,
    @First() first: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<PersonalRecordConnection> {
    const place = after == null ? undefined : await this.placeOf(after);
    const count = checkFirst(first);
    const records = await this.service.page(customerId, place, count + 1);
    return pageOf(records, count, place !== undefined, ({ table, key }) => encodeCursor(CURSOR_KIND, [table, key]));
  }

  private async placeOf(after: string): Promise<PersonalPlace> {
    const value = decodeCursor(CURSOR_KIND, after);
    if (Array.isArray(value) && value.length === 2) {
      const [table, key] = value as unknown[];
      if ((await this.service.hasTable(table)) && typeof key === 'string' && /^\w{32,60}$/.test(key))
        return { table: table as string, key };
    }
    throw wrongCursor();
  }
}
