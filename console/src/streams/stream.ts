import type { ResultOf } from '@freshet/client';
import type { Streams } from './stream-documents';

export type Stream = ResultOf<typeof Streams>['streams'][number];

/** The path of the form that makes one; no stream may be called so, for it has a space. */
export const NEW_STREAM = 'new stream';

/** The windows of a stream in words. */
export function windowText({ kind, size, slide, gap, timeZone }: Stream['window']): string {
  const zone = timeZone === null || timeZone === 'UTC' ? '' : ` in ${timeZone}`;
  switch (kind) {
    case 'TUMBLING':
      return `every ${size}${zone}`;
    case 'HOPPING':
      return `${size} long, every ${slide}${zone}`;
    case 'SESSION':
      return `sessions, gap ${gap}`;
    default:
      return kind;
  }
}
