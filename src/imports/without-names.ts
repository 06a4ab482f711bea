import { getNullableType, isInputObjectType, isListType, type GraphQLInputType } from 'graphql';
import { firstCodePoints } from '../expressions/code-points';
import { inputTypeOf } from '../graphql/input-type';
import { ScanInput, ShipmentInput } from '../logistics/shipment-input.type';
import { withoutRecipient, withoutSigner } from '../logistics/without-recipient';

/** Fields whose texts are no sentences. */
const IDENTIFIERS: ReadonlySet<string> = new Set([
  ...['id', 'orderId', 'shipmentId', 'lineId', 'carrier', 'service', 'trackingNumber', 'trackingUrl'],
]);
/** Maximum length of a text that is shown, in characters. */
const MAX_SHOWN = 1_000;
const GOT = '; got ';
const QUOTED = /"((?:[^"\\]|\\.)*)("|$)/gs;
const UNKNOWN_FIELD = /^.*(?= is not a field of \w+$)/s;
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

/** Returns the text of a field as a list of rejected lines may show it. */
export function fieldWithoutNames(name: string, text: string): string {
  const start = firstCodePoints(text, MAX_SHOWN);
  const shortened = IDENTIFIERS.has(name) ? withoutSigner(start) : withoutRecipient(start);
  return start.length < text.length ? `${shortened} …` : shortened;
}

/**
 * Returns why a line is rejected, without names in what it quotes of the line: in quotation marks, which are ids, and
 * after `; got`. Other words of a message are those of the shop.
 */
export function messageWithoutNames(message: string): string {
  const start = firstCodePoints(message, MAX_SHOWN);
  const at = start.indexOf(GOT);
  const sentence = at < 0 ? start : start.slice(0, at + GOT.length);
  const given = start.slice(sentence.length);
  const quote = given.startsWith('"') ? '"' : '';
  const end = quote !== '' && given.length > 1 && given.endsWith(quote) ? quote : '';
  // As JSON, a text has escapes in place of line breaks.
  const text = given.slice(quote.length, given.length - end.length).replaceAll(/\\[nrt]/g, ' ');
  const shownSentence = sentence
    .replace(UNKNOWN_FIELD, withoutRecipient)
    .replaceAll(QUOTED, (_, id: string, endOfId: string) => `"${withoutSigner(id)}${endOfId}`);
  return shownSentence + quote + withoutRecipient(text) + end;
}

function shown(value: unknown, outer: GraphQLInputType, fieldName = ''): unknown {
  const type = getNullableType(outer);
  if (typeof value === 'string') return fieldWithoutNames(fieldName, value);
  if (typeof value !== 'object' || value === null) return value;
  if (isListType(type))
    return Array.isArray(value) ? value.map((item) => shown(item, type.ofType, fieldName)) : REMOVED;
  if (!isInputObjectType(type) || Array.isArray(value)) return REMOVED;
  const fields = type.getFields();
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const field = fields[name];
      return [name, field === undefined ? REMOVED : shown(inner, field.type, name)];
    }),
  );
}
