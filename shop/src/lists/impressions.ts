/**
 * An impression is viewable if half of the element is visible for one second (definition of the Media Rating Council).
 */
const SHARE = 0.5;
const SEEN_MS = 1_000;

const waiting = new Map<Element, { seen: () => void; timer?: ReturnType<typeof setTimeout> }>();

const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const watched = waiting.get(target);
      if (!watched) continue;
      clearTimeout(watched.timer);
      if (isIntersecting) watched.timer = setTimeout(() => see(target), SEEN_MS);
    }
  },
  { threshold: SHARE },
);

/** Calls back once, after the element's impression was viewable. Returns a function that stops watching. */
export function whenSeen(element: Element, seen: () => void): () => void {
  waiting.set(element, { seen });
  observer.observe(element);
  return () => forget(element);
}

function see(element: Element): void {
  const watched = waiting.get(element);
  // A background tab is not visible.
  if (!watched || document.visibilityState === 'hidden') return;
  forget(element);
  watched.seen();
}

function forget(element: Element): void {
  clearTimeout(waiting.get(element)?.timer);
  waiting.delete(element);
  observer.unobserve(element);
}
