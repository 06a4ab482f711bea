import { sortEvents, splitSessions, type VisitorEvents } from '../src/customers/behaviour/visitor-sessions';
import { behaviourQuality, purchaseQuality } from '../src/customers/behaviour/behaviour-quality';
import { BEHAVIOURS } from '../src/customers/behaviour/behaviour-label';
import { countLabels, fitBehaviour, type BehaviourFit } from '../src/customers/behaviour/fit-behaviour';
import { fitBehaviourTree } from '../src/customers/behaviour/fit-behaviour-tree';
import { fitPurchaseModels } from '../src/customers/behaviour/fit-purchase-model';
import { PURCHASE_MODEL_KINDS } from '../src/customers/behaviour/behaviour-model';
import { predictBehaviour } from '../src/customers/behaviour/predict-behaviour';
import { SessionExamples } from '../src/customers/behaviour/session-examples';
import { splitForServing } from '../src/customers/behaviour/session-slices';
import { fillSessionFeatures, SESSION_FEATURES } from '../src/features/session-features';
import { SessionTally } from '../src/features/session-tally';
import { demoVisitors } from './demo-sessions';
import { percentile, type BenchRow } from './row';

const SEED = 1;
const LATENCY_EVENTS = 20_000;
const CUSTOMERS = 8_000;
/** The fits are measured on as many sessions, from visits that are generated again with other seeds. */
const FITTED_SESSIONS = 100_000;
const SEEDS = [90, 91, 92];

/**
 * Measures the behaviour of sessions: how long a prediction takes after an event, how long each model takes to fit on
 * 100,000 sessions, and how good the models are on the visits of the demo shop. All data is synthetic: the quality says
 * that the models find what the generator put there, and nothing about a real shop.
 */
export async function measureBehaviour(): Promise<BenchRow[]> {
  console.error('visits of the demo shop …');
  const examples = new SessionExamples();
  const visitors = demoVisitors({ customers: CUSTOMERS, seed: SEEDS[0] });
  for (const visitor of visitors) examples.add(visitor, Infinity);
  console.error(`${examples.size} synthetic sessions: ${JSON.stringify(countLabels(examples))}`);
  const fit = fitBehaviour(examples, SEED);
  if ('tooLittle' in fit) throw new Error(fit.tooLittle);
  const rows = [...qualityRows(examples, fit), ...latencyRows(fit, visitors)];
  for (const seed of SEEDS.slice(1))
    for (const visitor of demoVisitors({ customers: CUSTOMERS, seed }))
      examples.add({ ...visitor, visitor: `${visitor.visitor}/${seed}` }, Infinity);
  return [...rows, ...fitRows(examples)];
}

function qualityRows(examples: SessionExamples, { holdoutModel, competitors, test }: BehaviourFit): BenchRow[] {
  const row = (name: string, share: number): BenchRow => ({
    name: `synthetic demo shop: ${name}`,
    subject: 'freshet',
    rate: 100 * share,
    unit: '%',
  });
  const bought = test.reduce((sum, session) => sum + examples.purchases[session], 0);
  const rows: BenchRow[] = [row(`sessions of the test with an order, of ${test.length}`, bought / test.length)];
  for (const { kind, model, logLoss } of competitors) {
    const scores = purchaseQuality(model, examples, test);
    if (scores === null) continue;
    console.error(
      `purchase, ${kind}: log-loss ${scores.logLoss.toFixed(4)} on the test, ${logLoss.toFixed(4)} on the calibration slice, Brier ${scores.brier.toFixed(4)}, AUC ${scores.auc.toFixed(3)}`,
    );
    rows.push(row(`AUC of the purchase, ${kind}`, scores.auc));
  }
  const { behaviour } = holdoutModel;
  if (behaviour === null) return rows;
  const { labels, accuracy, macroF1 } = behaviourQuality(behaviour, examples, test);
  for (const label of BEHAVIOURS) {
    rows.push(row(`${label}, ${labels[label].sessions} sessions, recall`, labels[label].recall));
    const { precision } = labels[label];
    rows.push(
      Number.isNaN(precision)
        ? { ...row(`${label}, never answered`, 0), rate: undefined }
        : row(`${label}, precision`, precision),
    );
  }
  return [...rows, row('accuracy', accuracy), row('macro F1', macroF1)];
}

/** One event is applied, the features are computed, and the model answers. */
function latencyRows({ model, competitors }: BehaviourFit, visitors: readonly VisitorEvents[]): BenchRow[] {
  const person = { isCustomer: true, earlierOrders: 3, lastOrderAt: 0 };
  const features = new Float64Array(SESSION_FEATURES.length);
  return [model, ...competitors.map(({ model: purchase }) => ({ ...model, purchase }))].map((each, index) => {
    const samples: number[] = [];
    for (const visitor of visitors) {
      const events = sortEvents(visitor.events);
      for (const { from, to } of splitSessions(events)) {
        const tally = new SessionTally();
        for (let at = from; at < to; at++) {
          const event = events[at];
          const began = performance.now();
          tally.apply(event);
          fillSessionFeatures(tally, event.at + 1, person, features);
          predictBehaviour(each, features);
          samples.push(performance.now() - began);
        }
      }
      if (samples.length > LATENCY_EVENTS) break;
    }
    const name = index === 0 ? 'the model that serves' : `with ${each.purchase.score.kind}`;
    return {
      name: `after an event: ${name}`,
      subject: 'freshet',
      p50: percentile(samples, 0.5),
      p95: percentile(samples, 0.95),
      p99: percentile(samples, 0.99),
    };
  });
}

function fitRows(examples: SessionExamples): BenchRow[] {
  const slices = splitForServing(examples);
  const training = slices.training.slice(0, FITTED_SESSIONS);
  const some = { ...slices, training };
  const timed = (name: string, fit: () => void): BenchRow => {
    const began = performance.now();
    const usage = process.cpuUsage();
    fit();
    const { user, system } = process.cpuUsage(usage);
    return {
      name: `fit on ${training.length} sessions: ${name}`,
      subject: 'freshet',
      p50: performance.now() - began,
      rate: (user + system) / 1e6,
      unit: 's CPU',
    };
  };
  return [
    timed('behaviour', () => fitBehaviourTree(examples, some)),
    ...PURCHASE_MODEL_KINDS.map((kind) =>
      timed(`purchase, ${kind}`, () => fitPurchaseModels(examples, some, { seed: SEED, kinds: [kind] })),
    ),
  ];
}
