import { badItem, type FieldFault } from '../events/field-faults';
import type { ZonedTime } from '../graphql/zoned-date-time';
import { MS_PER_MINUTE } from '../learn/durations';
import { TimeZone } from '../streams/window/time-zone';

/** Creating a time zone takes longer than checking a scan. Names are accepted in upper and lower case. */
const zones = new Map<string, TimeZone>();
const MAX_ZONES = 1_000;

/** Returns the time zone of an IANA name, or undefined if there is none. */
function findTimeZone(name: string): TimeZone | undefined {
  const known = zones.get(name);
  if (known !== undefined) return known;
  try {
    const zone = new TimeZone(name);
    if (zones.size >= MAX_ZONES) zones.clear();
    zones.set(name, zone);
    return zone;
  } catch {
    return undefined;
  }
}

/**
 * Returns the instant of a scan, or why its time and its time zone contradict each other. Of a local time that clocks
 * show twice, the earlier instant counts.
 */
export function instantOfScan(time: ZonedTime, timeZone: string | null | undefined): Date | FieldFault {
  const zone = timeZone == null ? undefined : findTimeZone(timeZone);
  if (timeZone != null && zone === undefined)
    return badItem(`timeZone must be an IANA name such as Europe/Berlin; got ${JSON.stringify(timeZone)}`, 'timeZone');
  if (time instanceof Date) return time;
  const { wall, offset } = time;
  if (offset !== null) {
    const instant = wall - offset;
    const actual = zone === undefined ? offset : zone.wallAt(instant) - instant;
    // Offsets are stated in minutes. Some zones had offsets with seconds until 1972.
    if (Math.abs(actual - offset) < MS_PER_MINUTE) return new Date(instant);
    const message = `occurredAt must have the offset of ${timeZone} at that time, which is ${offsetText(actual)}, or Z; got ${offsetText(offset)}`;
    return badItem(message, 'occurredAt');
  }
  if (zone === undefined) return badItem('occurredAt must have an offset, or the scan a timeZone', 'occurredAt');
  const instant = zone.instantOf(wall);
  if (zone.wallAt(instant) === wall) return new Date(instant);
  const shown = new Date(wall).toISOString().slice(0, 19);
  return badItem(`occurredAt must be a time that clocks in ${timeZone} show: they skip ${shown}`, 'occurredAt');
}

function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / MS_PER_MINUTE);
  const part = (count: number) => String(count).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${part(Math.floor(minutes / 60))}:${part(minutes % 60)}`;
}
