import type { ComponentChildren } from 'preact';

interface Props {
  readonly title: string;
  /** Text below the title. */
  readonly note?: string;
  readonly columns: readonly string[];
  /** The first cell of a row identifies it. */
  readonly rows: readonly (readonly [string | number, ...ComponentChildren[]])[];
  /** Returns what a first cell shows. Default: the cell itself. */
  readonly nameOf?: (first: string | number) => ComponentChildren;
}

export function ReportTable({ title, note, columns, rows, nameOf = (first) => first }: Props) {
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      {note !== undefined && <p class="muted small">{note}</p>}
      {rows.length === 0 ? (
        <p class="muted">None.</p>
      ) : (
        <div class="table-scroll" role="region" aria-label={`${title}, table`} tabIndex={0}>
          <table class="narrow">
            <thead>
              <tr>
                {columns.map((column, index) => (
                  <th key={column} scope="col" class={index === 0 ? '' : 'figure'}>
                    {column === '' ? <span class="visually-hidden">Actions</span> : column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([first, ...rest]) => (
                <tr key={first}>
                  <th scope="row" class="row-name">
                    {nameOf(first)}
                  </th>
                  {rest.map((cell, index) => (
                    <td key={columns[index + 1]} class="figure nowrap">
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
