import { commitChange } from '../../events/commit-change';
import type { Outbox } from '../../events/outbox.service';
import type { LogChange } from '../../events/position.store';
import { receiptOf } from '../../events/receipts';
import { ApiError } from '../../graphql/errors';
import type { ItemError } from '../../graphql/item-error.type';
import type { Pool, PoolClient } from '../../platform/postgres';
import { Analyzers } from '../../search-engine/text/analyzers';
import { mergeSynonym } from './merge-synonym';
import { lockSynonyms, pageOfSynonyms, removeSynonyms, type SynonymRecord, writeSynonyms } from './synonym.store';
import type { Synonym, SynonymInput, WriteSynonymsPayload } from './synonym.type';

export const MAX_RULES_PER_REQUEST = 1_000;
const MAX_RULES = 10_000;

/** Reads and changes the shop's synonyms. */
export class SynonymService {
  private readonly analyzers: Analyzers;

  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
    shopLanguage: string,
  ) {
    this.analyzers = new Analyzers(shopLanguage);
  }

  /** Returns up to `count` rules in order of id. @param after return only rules with a greater id */
  async page(after: string | undefined, count: number): Promise<Synonym[]> {
    const records = await pageOfSynonyms(this.pool, after, count);
    return records.map((record) => ({ ...record, updatedAt: new Date(record.updatedAt) }));
  }

  async upsert(inputs: readonly SynonymInput[]): Promise<WriteSynonymsPayload> {
    checkCount(inputs.length);
    return this.commit(async (client) => {
      const locked = await lockSynonyms(
        client,
        inputs.map(({ id }) => id),
      );
      const { stored } = locked;
      let { count } = locked;
      const changed = new Map<string, SynonymRecord>();
      const errors: ItemError[] = [];
      inputs.forEach((input, index) => {
        const before = stored.get(input.id);
        const merged = mergeSynonym(before, input, this.analyzers, Date.now());
        if ('code' in merged) return void errors.push({ ...merged, index });
        if (before === undefined && ++count > MAX_RULES) {
          const message = `A shop can have at most ${MAX_RULES} synonym rules; delete one first.`;
          return void errors.push({ code: 'BAD_USER_INPUT', message, path: null, index });
        }
        stored.set(input.id, merged);
        changed.set(input.id, merged);
      });
      const records = [...changed.values()];
      await writeSynonyms(client, records);
      return {
        change: records.length > 0 ? { synonyms: records } : null,
        accepted: inputs.length - errors.length,
        errors,
      };
    });
  }

  async delete(ids: readonly string[]): Promise<WriteSynonymsPayload> {
    checkCount(ids.length);
    return this.commit(async (client) => {
      await lockSynonyms(client, []);
      const removed = await removeSynonyms(client, ids);
      const had = new Set(removed);
      const errors = ids.flatMap((id, index) =>
        had.has(id)
          ? []
          : [{ index, code: 'NOT_FOUND', message: `No synonym rule has the id ${JSON.stringify(id)}.`, path: 'id' }],
      );
      return {
        change: removed.length > 0 ? { deletedSynonyms: removed } : null,
        accepted: ids.length - errors.length,
        errors,
      };
    });
  }

  /**
   * Runs the work in one transaction. If the work changed something, the transaction allocates a log position for the
   * change, and the change is published after the commit.
   */
  private async commit(
    work: (client: PoolClient) => Promise<{ change: LogChange | null } & Omit<WriteSynonymsPayload, 'receipt'>>,
  ): Promise<WriteSynonymsPayload> {
    const { position, ...result } = await commitChange(this.outbox, work);
    return { ...result, receipt: receiptOf(position) };
  }
}

function checkCount(count: number): void {
  if (count > MAX_RULES_PER_REQUEST)
    throw new ApiError(
      'BAD_USER_INPUT',
      `A request must have at most ${MAX_RULES_PER_REQUEST} synonym rules; got ${count}.`,
    );
}
