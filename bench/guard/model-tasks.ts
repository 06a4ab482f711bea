import { CountSnapshot } from '../../src/learn/count-snapshot';
import { rebuildEase } from '../../src/learn/ease';
import { groupChangesByItem, applyEaseUpdate } from '../../src/learn/ease-counts';
import { itemCosine } from '../../src/learn/item-cosine';
import { loadKernels } from '../../src/platform/kernels';
import { changingShop } from '../changing-shop';
import { syntheticInteractions } from '../interactions';
import { LivePairs } from '../live-pairs';
import { fitTasks } from './fit-tasks';
import type { GuardTask } from './guard-row';

const LAMBDA = 300;
const NEAREST = 50;
const EASE_PRODUCTS = 1_000;
const EASE_CUSTOMERS = 3_000;
const EASE_INTERACTIONS = 100_000;
const PAIR_PRODUCTS = 8_000;
const PAIR_CUSTOMERS = 16_000;
const PAIR_INTERACTIONS = 500_000;
/** Events that one unit of work applies; a measurement applies some thousand in total. */
const PAIR_EVENTS = 200;
const PAIR_SPARE = 60_000;

/** Measures the algorithms that build models, in one thread. */
export function modelTasks(): Promise<readonly GuardTask[]> {
  return Promise.resolve([...easeTasks(), cosineTask(), pairTask(), ...fitTasks()]);
}

function easeTasks(): GuardTask[] {
  const kernels = loadKernels();
  const histories = syntheticInteractions(EASE_CUSTOMERS, EASE_PRODUCTS, EASE_INTERACTIONS, 6);
  const ease = rebuildEase(histories, LAMBDA, kernels);
  const shop = changingShop(histories);
  const snapshot = new CountSnapshot();
  snapshot.collectChanges(shop.counts, 0);
  return [
    {
      name: 'ease-rebuild',
      what: `one rebuild of EASE for ${EASE_PRODUCTS} products, one thread`,
      work: () => {
        rebuildEase(histories, LAMBDA, kernels);
        return 1;
      },
    },
    {
      name: 'ease-update',
      what: `one exact update of EASE for ${EASE_PRODUCTS} products after one customer's change, one thread`,
      work: () => {
        shop.change(1);
        applyEaseUpdate(ease, groupChangesByItem(snapshot.collectChanges(shop.counts)));
        return 1;
      },
    },
  ];
}

function cosineTask(): GuardTask {
  const million = syntheticInteractions(6_040, 3_706, 1_000_000, 1);
  const kernels = loadKernels();
  return {
    name: 'cosine-1m',
    what: `the ${NEAREST} nearest of 3,706 products from 1,000,000 interactions, one thread`,
    work: () => {
      itemCosine(million, NEAREST, 0, kernels);
      return 1;
    },
  };
}

function pairTask(): GuardTask {
  const pairs = new LivePairs(syntheticInteractions(PAIR_CUSTOMERS, PAIR_PRODUCTS, PAIR_INTERACTIONS, 7));
  pairs.load(pairs.left - PAIR_SPARE);
  return {
    name: 'cooccurrence-event',
    what: `one event in the pair counts of ${PAIR_PRODUCTS} products with the learner's limits, lists that become due included`,
    work: () => {
      pairs.apply(PAIR_EVENTS);
      return PAIR_EVENTS;
    },
  };
}
