import { type RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

const MOVE: KeyframeAnimationOptions = { duration: 420, easing: 'cubic-bezier(.2,.8,.2,1)' };
const ARRIVE: KeyframeAnimationOptions = { duration: 420, easing: 'ease-out' };

/**
 * Animates list elements that have moved to their new place and fades new ones in (FLIP technique). It does nothing if
 * the visitor prefers reduced motion, or when the list is first shown.
 */
export function useMoves(list: RefObject<HTMLElement | null>, ids: readonly string[]): void {
  const before = useRef<Map<string, { left: number; top: number }>>(new Map());
  useLayoutEffect(() => {
    const now = new Map<string, { left: number; top: number }>();
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    for (const element of list.current?.children ?? []) {
      if (!(element instanceof HTMLElement) || element.dataset.id === undefined) continue;
      const place = { left: element.offsetLeft, top: element.offsetTop };
      now.set(element.dataset.id, place);
      if (calm || before.current.size === 0) continue;
      const was = before.current.get(element.dataset.id);
      if (!was)
        element.animate(
          [
            { opacity: 0, transform: 'scale(.96)' },
            { opacity: 1, transform: 'none' },
          ],
          ARRIVE,
        );
      else if (was.left !== place.left || was.top !== place.top) {
        const away = `translate(${was.left - place.left}px, ${was.top - place.top}px)`;
        element.animate([{ transform: away }, { transform: 'none' }], MOVE);
      }
    }
    before.current = now;
  }, [ids.join('\n')]);
}
