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

/**
 * Pauses before the prediction is requested. Usually, the view of the page is recorded and applied before the first
 * request; when the shop is busy, before the second.
 */
const DELAYS_MS = [1_000, 4_000];

/**
 * Returns whether the visit is predicted to compare products, after a product page has opened. Once true, it does not
 * change while the page is open, so that the page does not move while the visitor reads.
 * @param key identifies the page; undefined while there is nothing to request
 */
export function useIsComparing(key: string | undefined): boolean {
  const { storefront } = useShop();
  const [comparingKey, setComparingKey] = useState<string>();
  useEffect(() => {
    if (key === undefined || key === comparingKey) return undefined;
    const aborter = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const request = async (): Promise<boolean> => {
      const { viewer } = await storefront.request(Behaviour, {}, { signal: aborter.signal });
      return viewer.behaviour?.behaviour === 'COMPARE';
    };
    const schedule = ([delay, ...later]: readonly number[]) => {
      if (delay === undefined) return;
      timer = setTimeout(() => {
        // The comparison is an offer: without a prediction there is none.
        void request()
          .catch(() => false)
          .then((isComparing) => {
            if (aborter.signal.aborted) return;
            if (isComparing) setComparingKey(key);
            else schedule(later);
          });
      }, delay);
    };
    schedule(DELAYS_MS);
    return () => {
      aborter.abort();
      clearTimeout(timer);
    };
  }, [key]);
  return key !== undefined && comparingKey === key;
}
