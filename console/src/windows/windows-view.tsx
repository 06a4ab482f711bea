import { useMemo, useState } from 'preact/hooks';
import { BarChart } from './bar-chart';
import { barsOf, keysOf } from './bars';
import { MarkLegend } from './mark-legend';
import { formatKey, type ShownWindows } from './shown-windows';
import { currencyOf, type UnitSource } from './unit';

const MAX_KEYS = 200;

interface Props {
  /** Name of the stream, for the chart's label. */
  readonly label: string;
  readonly windows: ShownWindows;
  /** Definition of the stream; it has at least one aggregate. */
  readonly stream: UnitSource;
  readonly height?: number;
  /** Minimum number of bar positions. */
  readonly places?: number;
}

/** Shows a chart of one key and aggregate, both selectable. */
export function WindowsView({ label, windows, stream, height, places }: Props) {
  const [chosenAggregate, chooseAggregate] = useState<string>();
  const [chosenKey, chooseKey] = useState<string>();
  const aggregates = stream.aggregates.map(({ name }) => name);
  const keyNames = stream.keys.map(({ name }) => name);
  const keys = useMemo(() => keysOf(windows), [windows]);
  const aggregate = aggregates.find((one) => one === chosenAggregate) ?? aggregates[0]!;
  const key = keys.find((one) => one === chosenKey) ?? keys[0] ?? '';
  const bars = useMemo(() => barsOf(windows, key, aggregate), [windows, key, aggregate]);
  const parts = [...windows.values()].find(({ window }) => window.key === key)?.window.keys ?? [];
  const currency = currencyOf(stream, aggregate, parts);
  return (
    <>
      <div class="form-row">
        <label class="field">
          <span>Figure</span>
          <select value={aggregate} onChange={(event) => chooseAggregate(event.currentTarget.value)}>
            {aggregates.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {keyNames.length > 0 && (
          <label class="field">
            <span>{keyNames.join(', ')}</span>
            <select value={key} onChange={(event) => chooseKey(event.currentTarget.value)}>
              {keys.slice(0, MAX_KEYS).map((one) => (
                <option key={one} value={one}>
                  {formatKey(one)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <BarChart label={`${aggregate} of ${label}`} bars={bars} height={height} places={places} currency={currency} />
      <MarkLegend />
    </>
  );
}
