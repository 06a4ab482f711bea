import { pathText } from '../../../../src/customers/behaviour/behaviour-path';
import { predictBehaviour } from '../../../../src/customers/behaviour/predict-behaviour';
import { SESSION_FEATURES } from '../../../../src/features/session-features';

const answer = (values: Record<string, number>) =>
  predictBehaviour(
    null,
    Float64Array.from(SESSION_FEATURES, ({ name }) => values[name] ?? 0),
  );

describe('without a model, stated rules', () => {
  it.each([
    [{ actions: 3, productPages: 3 }, 'BROWSE'],
    [{ actions: 3, cartProducts: 1 }, 'BUY'],
    [{ actions: 3, cartProducts: 1, secondsSinceLastEvent: 400 }, 'LEAVE'],
    [{ actions: 3, ordersInSession: 1 }, 'LEAVE'],
    [{ actions: 3, revisits: 1, productsOfOneCategory: 2 }, 'COMPARE'],
    [{ actions: 3, revisits: 1, productsOfOneCategory: 1 }, 'BROWSE'],
    [{ actions: 3, isSortedByPrice: 1 }, 'BARGAIN'],
    [{ actions: 3, discountedProducts: 2, discountedShare: 0.6 }, 'BARGAIN'],
    [{ actions: 3, discountedProducts: 1, discountedShare: 1 }, 'BROWSE'],
    [{ actions: 1, secondsSinceLastEvent: 61 }, 'LEAVE'],
  ])('answer %j with %s', (values, behaviour) => {
    const { probabilities, ...found } = answer(values);
    expect(found).toMatchObject({ behaviour, source: 'RULE', purchaseSource: 'RULE' });
    const largest = Math.max(...Object.values(probabilities));
    expect(probabilities[found.behaviour]).toBe(largest);
    expect(Object.values(probabilities).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
    for (const { comparison, threshold, value } of found.path) expect(value > threshold).toBe(comparison === 'ABOVE');
  });

  it('answer with a path in plain English', () => {
    const { path } = answer({ actions: 4, secondsSinceLastEvent: 95, revisits: 1, productsOfOneCategory: 3 });
    expect(pathText(path)).toBe(
      '2 min since the last event (at most 5 min) → 0 products in the cart (at most 0) → 0 orders in this session (at most 0) → 1 return to a product (more than 0) → 3 different products of one category (more than 1)',
    );
    expect(pathText(answer({ isSortedByPrice: 1 }).path)).toMatch(/ → sorted by price$/);
  });
});
