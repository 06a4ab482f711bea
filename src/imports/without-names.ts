import { getNullableType, isInputObjectType, isListType, type GraphQLInputType } from 'graphql';
import { inputTypeOf } from '../graphql/input-type';
import { ScanInput, ShipmentInput } from '../logistics/shipment-input.type';
import { withoutRecipient } from '../logistics/without-recipient';

/** Stands for a value that may be a name. */
const REMOVED = '…';

/**
 * Returns the fields of a shipment, or of a scan, as a list of rejected lines may show them: without who has received or
 * signed for the parcel. Fields that the shop does not know may be a name.
 */
export function withoutNames({ scans, ...record }: Readonly<Record<string, unknown>>): object {
  const shipment = shown(record, inputTypeOf(ShipmentInput)) as object;
  if (scans === undefined) return shipment;
  const shownScans = Array.isArray(scans) ? scans.map((scan) => shown(scan, inputTypeOf(ScanInput))) : REMOVED;
  return { ...shipment, scans: shownScans };
}

function shown(value: unknown, outer: GraphQLInputType): unknown {
  const type = getNullableType(outer);
  if (typeof value === 'string') return withoutRecipient(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isListType(type)) return Array.isArray(value) ? value.map((item) => shown(item, type.ofType)) : REMOVED;
  if (!isInputObjectType(type) || Array.isArray(value)) return REMOVED;
  const fields = type.getFields();
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const field = fields[name];
      return [name, field === undefined ? REMOVED : shown(inner, field.type)];
    }),
  );
}
