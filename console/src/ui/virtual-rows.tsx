import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
  type VirtualizerOptions,
} from '@tanstack/virtual-core';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

interface Props<Row> {
  readonly label: string;
  readonly columns: readonly { readonly title: string; readonly class?: string }[];
  readonly rows: readonly Row[];
  readonly rowHeight: number;
  readonly keyOf: (row: Row) => string;
  /** Returns a row's cells, one per column. */
  readonly cellsOf: (row: Row) => readonly ComponentChildren[];
  readonly class?: string;
}

/** Returns a column's minimum width in rem, including the gap after it; see `tables.css`. */
const widthOf = (kind = ''): number => (kind.includes('list') ? 18.75 : kind.includes('wide') ? 8.75 : 6.25);

/** A table of any length: only the visible rows, and some around them, are rendered. */
export function VirtualRows<Row>({ label, columns, rows, rowHeight, keyOf, cellsOf, class: name = '' }: Props<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [, redraw] = useState(0);
  const options: VirtualizerOptions<HTMLDivElement, Element> = {
    count: rows.length,
    estimateSize: () => rowHeight,
    getScrollElement: () => scroller.current,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    overscan: 8,
    getItemKey: (index) => keyOf(rows[index]!),
    onChange: () => redraw((before) => before + 1),
  };
  const [virtualizer] = useState(() => new Virtualizer(options));
  virtualizer.setOptions(options);
  useEffect(() => virtualizer._didMount(), []);
  useLayoutEffect(() => virtualizer._willUpdate());
  const width = columns.reduce((sum, column) => sum + widthOf(column.class), 2);
  return (
    <div
      class={`rows ${name}`}
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      style={{ '--rows-width': `${width}rem` }}
    >
      <div role="rowgroup">
        <div class="rows-head" role="row" aria-rowindex={1}>
          {columns.map(({ title, class: kind }) => (
            <div key={title} role="columnheader" class={kind}>
              {title}
            </div>
          ))}
        </div>
      </div>
      <div class="rows-scroll" role="rowgroup" ref={scroller} tabIndex={0} aria-label={`${label}, rows`}>
        <div class="rows-room" role="presentation" style={{ height: `${virtualizer.getTotalSize()}px` }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => (
            <div
              key={keyOf(rows[index]!)}
              class="rows-row"
              role="row"
              aria-rowindex={index + 2}
              style={{ transform: `translateY(${start}px)`, height: `${rowHeight}px` }}
            >
              {cellsOf(rows[index]!).map((cell, column) => (
                <div key={column} role="cell" class={columns[column]?.class} data-title={columns[column]?.title}>
                  {cell}
                </div>
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
