import type { ItemError } from '../graphql/item-error.type';
import type { StreamInput } from './stream-input.type';
import type { StreamService } from './stream.service';

export interface CreatedStreams {
  /** Ids of new streams. */
  readonly created: string[];
  /** Ids of streams that existed before. They stay as they are. */
  readonly existing: string[];
  /** `index` is that of the definition. */
  readonly errors: ItemError[];
}

/** Creates those of the streams that do not exist. The call is idempotent. */
export async function createMissingStreams(
  service: Pick<StreamService, 'create' | 'streams'>,
  definitions: readonly StreamInput[],
): Promise<CreatedStreams> {
  const existingIds = new Set((await service.streams()).map(({ id }) => id));
  const result: CreatedStreams = { created: [], existing: [], errors: [] };
  for (const [index, definition] of definitions.entries()) {
    const { id } = definition;
    if (existingIds.has(id)) {
      result.existing.push(id);
      continue;
    }
    const { errors } = await service.create(definition);
    // A concurrent request has created the stream.
    if (errors.some(({ code }) => code === 'CONFLICT')) result.existing.push(id);
    else if (errors.length > 0) result.errors.push(...errors.map((error) => ({ ...error, index })));
    else result.created.push(id);
  }
  return result;
}
