import type { LogChange } from '../events/position.store';
import type { ReadModel } from '../events/read-model';
import { compositeKey } from '../platform/composite-key';
import type { PoolClient } from '../platform/postgres';
import { carrierCodeKey } from './carrier-code';
import { readCarrierCodes } from './carrier-code.store';
import { builtInTypeOf } from './carrier-vocabularies';
import type { ScanType } from './parcel';

declare module '../events/position.store' {
  interface LogChange {
    /** Codes of carriers that were defined; the type of those that were deleted is null. */
    readonly carrierCodes?: readonly {
      readonly carrier: string;
      readonly code: string;
      readonly type: ScanType | null;
    }[];
  }
}

/** The codes that the shop has defined, in memory. They are updated by the changes in the log. */
export class CarrierCodesReadModel implements ReadModel {
  private types = new Map<string, ScanType>();

  async load(client: PoolClient): Promise<void> {
    const records = await readCarrierCodes(client);
    this.types = new Map(records.map(({ carrier, code, type }) => [compositeKey(carrier, code), type]));
  }

  apply({ carrierCodes = [] }: LogChange): void {
    for (const { carrier, code, type } of carrierCodes) {
      const key = compositeKey(carrier, code);
      if (type === null) this.types.delete(key);
      else this.types.set(key, type);
    }
  }

  /**
   * Returns the type of scan that a code reports. The shop's row of the carrier counts first, then its row of any
   * carrier, then the built-in vocabularies.
   * @returns null if the code says nothing about the parcel; undefined if it is unknown
   */
  typeOf(carrier: string | null | undefined, rawCode: string): ScanType | null | undefined {
    const key = carrierCodeKey({ carrier, code: rawCode });
    return (
      this.types.get(compositeKey(key.carrier, key.code)) ??
      this.types.get(compositeKey('', key.code)) ??
      builtInTypeOf(key.code)
    );
  }
}

/** The codes of files, which are read without the shop's own ones. */
export const BUILT_IN_CODES: Pick<CarrierCodesReadModel, 'typeOf'> = new CarrierCodesReadModel();
