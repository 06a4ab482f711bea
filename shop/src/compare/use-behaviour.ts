import { graphql } from '@freshet/client';
import { useEffect, useState } from 'preact/hooks';
import { useShop } from '../app/shop';

const Behaviour = graphql(`
  query ViewerBehaviour {
    viewer {
      behaviour {
        behaviour
      }
    }
  }
`);

/** The view of the page has been recorded and applied by then. */
const DELAY_MS = 1_000;

/**
 * Returns the predicted behaviour of the visit, once a moment after a product page has opened. It does not change while
 * the page is open, so that the page does not move while the visitor reads.
 * @param key identifies the page; undefined while there is nothing to ask for
 */
export function useBehaviour(key: string | undefined): string | undefined {
  const { storefront } = useShop();
  const [known, setKnown] = useState<{ readonly key: string; readonly behaviour: string | undefined }>();
  useEffect(() => {
    if (key === undefined) return undefined;
    const aborter = new AbortController();
    const timer = setTimeout(() => {
      storefront.request(Behaviour, {}, { signal: aborter.signal }).then(
        ({ viewer }) => setKnown({ key, behaviour: viewer.behaviour?.behaviour }),
        // The comparison is an offer: without a prediction there is none.
        () => undefined,
      );
    }, DELAY_MS);
    return () => {
      clearTimeout(timer);
      aborter.abort();
    };
  }, [key]);
  return known?.key === key ? known?.behaviour : undefined;
}
