import type { ResultOf } from '@freshet/client';
import type { Streams } from './stream-documents';

export type Stream = ResultOf<typeof Streams>['streams'][number];

/** Path of the form for a new stream. It contains a space, so no stream can have this id. */
export const NEW_STREAM = 'new stream';

/** Describes the windows of a stream. */
export function windowText({ kind, size, slide, gap, timeZone }: Stream['window']): string {
  const zone = timeZone === null || timeZone === 'UTC' ? '' : ` in ${timeZone}`;
  switch (kind) {
    case 'TUMBLING':
      return `every ${size}${zone}`;
    case 'HOPPING':
      return `${size}, every ${slide}${zone}`;
    case 'SESSION':
      return `sessions, gap ${gap}`;
    default:
      return kind;
  }
}
