/**
 * An impression is viewable if half of the element is visible for one second (definition of the Media Rating Council).
 */
const VISIBLE_SHARE = 0.5;
const VISIBLE_MS = 1_000;

const waiting = new Map<Element, { seen: () => void; timer?: ReturnType<typeof setTimeout> }>();

const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const watched = waiting.get(target);
      if (!watched) continue;
      clearTimeout(watched.timer);
      if (isIntersecting) watched.timer = setTimeout(() => reportImpression(target), VISIBLE_MS);
    }
  },
  { threshold: VISIBLE_SHARE },
);

/** Calls back once, after the element's impression was viewable. Returns a function that stops watching. */
export function onImpression(element: Element, seen: () => void): () => void {
  waiting.set(element, { seen });
  observer.observe(element);
  return () => stopWatching(element);
}

function reportImpression(element: Element): void {
  const watched = waiting.get(element);
  // A background tab is not visible.
  if (!watched || document.visibilityState === 'hidden') return;
  stopWatching(element);
  watched.seen();
}

function stopWatching(element: Element): void {
  clearTimeout(waiting.get(element)?.timer);
  waiting.delete(element);
  observer.unobserve(element);
}
