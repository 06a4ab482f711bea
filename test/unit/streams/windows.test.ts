import fc from 'fast-check';
import { Panes } from '../../../src/streams/window/panes';
import { joinSessions } from '../../../src/streams/window/sessions';
import { parseDuration } from '../../../src/streams/window/iso-duration';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo', // Its clocks went forward at midnight, so that some days began at 01:00.
  'America/Havana', // …and back at 01:00, so that some days had two midnights.
  'Pacific/Apia', // Had no 30 December 2011.
  'Asia/Kolkata',
  'Australia/Lord_Howe',
];
const HOUR = 3_600_000;
const at = (text: string) => Date.parse(text);
const panes = (length: string, zone: string) => new Panes(parseDuration(length)!, zone);
const instant = fc.integer({ min: at('1995-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z') });

/** The local date, computed differently from the code. */
const dateAt = (time: number, timeZone: string) => new Date(time).toLocaleDateString('sv-SE', { timeZone });

describe('panes', () => {
  it('are days of local time: 23, 24 or 25 hours', () => {
    const hours = (zone: string, noon: string) => {
      const { start, end } = panes('P1D', zone).paneAt(at(noon));
      return (end - start) / HOUR;
    };
    expect(hours('Europe/Berlin', '2026-03-29T12:00:00Z')).toBe(23);
    expect(hours('Europe/Berlin', '2026-03-30T12:00:00Z')).toBe(24);
    expect(hours('Europe/Berlin', '2026-10-25T12:00:00Z')).toBe(25);
    expect(hours('America/Sao_Paulo', '2018-11-04T12:00:00Z')).toBe(23);
    expect(hours('America/Havana', '2018-11-04T12:00:00Z')).toBe(25);
    expect(hours('Australia/Lord_Howe', '2026-04-05T02:00:00Z')).toBe(24.5);
    expect(panes('P1D', 'America/Sao_Paulo').paneAt(at('2018-11-04T12:00:00Z')).start).toBe(at('2018-11-04T03:00:00Z'));
  });

  it.each(ZONES)('are the local days in %s', (zone) => {
    const days = panes('P1D', zone);
    fc.assert(
      fc.property(instant, (time) => {
        const { start, end } = days.paneAt(time);
        expect(start <= time && time < end).toBe(true);
        const date = dateAt(time, zone);
        expect([dateAt(start, zone), dateAt(end - 1, zone)]).toEqual([date, date]);
        expect(dateAt(start - 1, zone) < date && dateAt(end, zone) > date).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it.each(['PT10M', 'PT1H', 'P1D', 'P3D', 'P1W', 'P1M', 'P1Y'])('of %s follow one another without a gap', (length) => {
    fc.assert(
      fc.property(instant, fc.constantFrom(...ZONES), (time, zone) => {
        const cut = panes(length, zone);
        const pane = cut.paneAt(time);
        const next = cut.after(pane);
        expect(next.start).toBe(pane.end);
        expect(panes(length, zone).paneAt(pane.start)).toEqual(pane);
        expect(panes(length, zone).paneAt(pane.end - 1)).toEqual(pane);
      }),
      { numRuns: 60 },
    );
  });

  it.each(ZONES)('consist of finer ones exactly if all their boundaries are theirs, by definition, in %s', (zone) => {
    const lengths = [
      'PT7M',
      'PT10M',
      'PT1H',
      'PT5H',
      'PT24H',
      'PT48H',
      'PT72H',
      'P1D',
      'P2D',
      'P3D',
      'P1W',
      'P2W',
      'P1M',
      'P3M',
      'P1Y',
    ];
    for (const coarse of lengths)
      for (const fine of lengths) {
        const [coarser, finer] = [panes(coarse, zone), panes(fine, zone)];
        // 60 panes in a row, and then one in each half year.
        let pane = coarser.paneAt(at('2001-01-01T00:00:00Z'));
        let isAligned = true;
        for (let n = 0; n < 130 && isAligned && pane.end < at('2035-01-01T00:00:00Z'); n++) {
          isAligned = finer.paneAt(pane.start).start === pane.start && finer.paneAt(pane.end).start === pane.end;
          pane = n < 60 ? coarser.after(pane) : coarser.paneAt(pane.end + 180 * 24 * HOUR);
        }
        // Years of Lord Howe Island begin at whole hours, but its months do not: there the definition is cautious.
        const isKnown = isAligned && !(zone === 'Australia/Lord_Howe' && coarse === 'P1Y' && fine === 'PT1H');
        expect([coarse, fine, coarser.consistOf(finer)]).toEqual([coarse, fine, isKnown]);
      }
  });

  it('are weeks from Monday on, and months from the first', () => {
    expect(panes('P1W', 'Europe/Berlin').paneAt(at('2026-11-20T12:00:00Z'))).toEqual({
      start: at('2026-11-15T23:00:00Z'),
      end: at('2026-11-22T23:00:00Z'),
    });
    expect(panes('P1M', 'America/New_York').paneAt(at('2026-03-20T12:00:00Z'))).toEqual({
      start: at('2026-03-01T05:00:00Z'),
      end: at('2026-04-01T04:00:00Z'),
    });
    expect(panes('P1Y', 'UTC').paneAt(at('1969-07-01T00:00:00Z')).start).toBe(at('1969-01-01T00:00:00Z'));
  });
});

describe('sessions', () => {
  it('are the runs of events less than the gap apart, in any order of arrival', () => {
    const GAP = 10;
    fc.assert(
      fc.property(fc.array(fc.nat(300), { minLength: 1, maxLength: 40 }), fc.nat(5), (times, cut) => {
        const open = (time: number) => ({ start: time, end: time + GAP });
        const join = (a: { start: number; end: number }, b: typeof a) => ({
          start: Math.min(a.start, b.start),
          end: Math.max(a.end, b.end),
        });
        // In two parts, which a late event may join.
        const early = joinSessions(times.slice(cut).map(open), join);
        const found = joinSessions([...early, ...times.slice(0, cut).map(open)], join);
        const runs: { start: number; end: number }[] = [];
        for (const time of [...times].sort((a, b) => a - b)) {
          const last = runs.at(-1);
          if (last !== undefined && time - (last.end - GAP) < GAP) last.end = time + GAP;
          else runs.push(open(time));
        }
        expect(found).toEqual(runs);
      }),
    );
  });
});
