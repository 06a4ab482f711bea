import { commitChange } from '../events/commit-change';
import { badItem, faultOfTexts } from '../events/field-faults';
import type { LogFollower } from '../events/log-follower';
import type { Outbox } from '../events/outbox.service';
import { receiptOf } from '../events/receipts';
import { hasControls, isVisible } from '../graphql/id';
import { checkItemCount } from '../graphql/item-count';
import { HAS_CONTROLS } from '../graphql/shown-text';
import { itemUserError, type UserError } from '../graphql/user-error.type';
import { compositeKey } from '../platform/composite-key';
import type { Pool } from '../platform/postgres';
import { carrierCodeKey, comparable, type CarrierCodeKey } from './carrier-code';
import {
  lockCarrierCodes,
  pageOfCarrierCodes,
  removeCarrierCodes,
  writeCarrierCodes,
  type StoredCarrierCode,
} from './carrier-code.store';
import {
  MAX_CODES_PER_REQUEST,
  type CarrierCode,
  type CarrierCodeInput,
  type CarrierCodeKeyInput,
  type DeleteCarrierCodesPayload,
  type UpsertCarrierCodesPayload,
} from './carrier-code.type';

/** Maximum number of codes of a shop. */
const MAX_CODES = 10_000;
/** How long a mutation waits until this process uses the change. */
const MAX_WAIT_MS = 3_000;

/** Reads and changes what the codes of carriers mean. */
export class CarrierCodeService {
  constructor(
    private readonly pool: Pool,
    private readonly outbox: Outbox,
    private readonly follower: Pick<LogFollower, 'waitFor'>,
  ) {}

  /** Returns up to `count` codes in order of carrier and code. @param after return only codes after this one */
  async page(
    carrier: string | null | undefined,
    after: CarrierCodeKey | undefined,
    count: number,
  ): Promise<CarrierCode[]> {
    const rows = await pageOfCarrierCodes(this.pool, carrier == null ? undefined : comparable(carrier), after, count);
    return rows.map(shown);
  }

  async upsert(inputs: readonly CarrierCodeInput[]): Promise<UpsertCarrierCodesPayload> {
    checkItemCount(inputs.length, MAX_CODES_PER_REQUEST, 'codes');
    const updatedAt = new Date();
    const { position, ...written } = await commitChange(this.outbox, async (client) => {
      const { stored, count } = await lockCarrierCodes(client, inputs.map(carrierCodeKey));
      const before = new Map(stored.map((record) => [keyOf(record), record]));
      const accepted = new Map<string, StoredCarrierCode>();
      const changed: StoredCarrierCode[] = [];
      let codeCount = count;
      const userErrors: UserError[] = [];
      inputs.forEach((input, index) => {
        const refuse = (fault: Parameters<typeof itemUserError>[2]) =>
          void userErrors.push(itemUserError('codes', index, fault));
        const fault = faultOf(input);
        if (fault !== undefined) return refuse(fault);
        const record = { ...carrierCodeKey(input), type: input.type, updatedAt };
        const key = keyOf(record);
        const other = accepted.get(key);
        if (other !== undefined) return other.type === record.type ? undefined : refuse(CONFLICT);
        const known = before.get(key);
        if (known === undefined && codeCount >= MAX_CODES) return refuse(TOO_MANY);
        const isChanged = known?.type !== record.type;
        if (known === undefined) codeCount++;
        if (isChanged) changed.push(record);
        accepted.set(key, isChanged ? record : known);
      });
      if (changed.length > 0) await writeCarrierCodes(client, changed);
      const change =
        changed.length === 0
          ? null
          : { carrierCodes: changed.map(({ carrier, code, type }) => ({ carrier, code, type })) };
      return {
        change,
        accepted: inputs.length - userErrors.length,
        carrierCodes: [...accepted.values()].map(shown),
        userErrors,
      };
    });
    return { ...written, receipt: await this.applied(position) };
  }

  async delete(inputs: readonly CarrierCodeKeyInput[]): Promise<DeleteCarrierCodesPayload> {
    checkItemCount(inputs.length, MAX_CODES_PER_REQUEST, 'codes');
    const { position, ...written } = await commitChange(this.outbox, async (client) => {
      const { stored } = await lockCarrierCodes(client, inputs.map(carrierCodeKey));
      const known = new Set(stored.map(keyOf));
      const userErrors = inputs.flatMap((input, index) =>
        known.has(keyOf(carrierCodeKey(input))) ? [] : [itemUserError('codes', index, unknownCode(input))],
      );
      await removeCarrierCodes(client, stored);
      const deleted = stored.map(({ carrier, code }) => ({ carrier, code, type: null }));
      return {
        change: deleted.length === 0 ? null : { carrierCodes: deleted },
        accepted: inputs.length - userErrors.length,
        userErrors,
      };
    });
    return { ...written, receipt: await this.applied(position) };
  }

  /** Waits until this process uses the change, because `recordScans` takes no receipt. @returns the receipt */
  private async applied(position: number): Promise<string> {
    await this.follower.waitFor(position, MAX_WAIT_MS);
    return receiptOf(position);
  }
}

const CONFLICT = {
  code: 'CONFLICT',
  message: 'the request has the same code of the same carrier with another type',
  path: 'type',
} as const;

const TOO_MANY = badItem(`a shop can have at most ${MAX_CODES} codes of carriers: delete some first`, 'code');

function faultOf(input: CarrierCodeInput) {
  const wrong = faultOfTexts(input, ['carrier', 'code']) ?? (isVisible(input.code) ? undefined : BLANK);
  if (wrong !== undefined) return wrong;
  const name = (['carrier', 'code'] as const).find((each) => hasControls(input[each] ?? ''));
  return name && badItem(`${name} ${HAS_CONTROLS}`, name);
}

const BLANK = badItem('code must not be blank', 'code');

function unknownCode({ code }: CarrierCodeKeyInput) {
  const message = `the shop has not defined the code ${JSON.stringify(code.slice(0, 100))} of this carrier`;
  return { code: 'NOT_FOUND', message, path: 'code' } as const;
}

function keyOf({ carrier, code }: CarrierCodeKey): string {
  return compositeKey(carrier, code);
}

function shown({ carrier, ...record }: StoredCarrierCode): CarrierCode {
  return { carrier: carrier === '' ? null : carrier, ...record };
}
