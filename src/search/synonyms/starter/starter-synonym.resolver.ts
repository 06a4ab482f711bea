import { Arg, Mutation, Query, Resolver } from 'type-graphql';
import { Scoped } from '../../../graphql/scope';
import type { StarterSynonymService } from './starter-synonym.service';
import { StarterSynonyms, UseStarterSynonymsInput, UseStarterSynonymsPayload } from './starter-synonym.type';

@Resolver()
export class StarterSynonymResolver {
  constructor(private readonly service: StarterSynonymService) {}

  @Scoped('ADMIN')
  @Query(() => [StarterSynonyms], {
    nullable: true,
    description: 'The synonyms that come with Freshet, by language, and whether they are on.',
  })
  starterSynonyms(): Promise<StarterSynonyms[]> {
    return this.service.list();
  }

  @Scoped('ADMIN')
  @Mutation(() => UseStarterSynonymsPayload, {
    nullable: true,
    description:
      'Switches the starter synonyms of a language on or off, from the next search on. While they are on, a release with another list changes them. Synonyms of the shop stay as they are.',
  })
  useStarterSynonyms(
    @Arg('input', () => UseStarterSynonymsInput) input: UseStarterSynonymsInput,
  ): Promise<UseStarterSynonymsPayload> {
    return this.service.use(input);
  }
}
