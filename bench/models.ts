import { rowAt, transpose, type CompressedRows } from '../src/learn/compressed-rows';
import { CountSnapshot } from '../src/learn/count-snapshot';
import { rebuildEase, type Ease } from '../src/learn/ease';
import { groupChangesByItem, applyEaseUpdate } from '../src/learn/ease-counts';
import { withIalsEngine } from '../src/learn/ials-engine';
import { itemCosine } from '../src/learn/item-cosine';
import { seededRandom } from '../src/learn/seeded-random';
import { kernelThreads } from '../src/platform/kernel-threads';
import { loadKernels } from '../src/platform/kernels';
import { changingShop } from './changing-shop';
import { syntheticInteractions } from './interactions';
import { LivePairs } from './live-pairs';
import { askPeer, type PeerResult } from './models-peer';
import { percentile, type BenchRow } from './row';

const LAMBDA = 300;
const NEAREST = 50;
/** Events that are applied one by one in a shop that already has many. */
const LIVE_EVENTS = 20_000;
const IALS = { factors: 64, epochs: 1, lambda: 0.01, unobserved: 0.3, seed: 1 };

/** Uses as many threads as there are processors, as numpy does. */
const kernels = { ...loadKernels(), threads: kernelThreads() };

/**
 * Measures the algorithms alone, on synthetic interactions: EASE on the shape of a shop of 3,706 products, the others
 * on that of MovieLens 1M (6,040 × 3,706) and 20M (138,000 × 27,000). If Python has numpy and scipy, they are measured
 * as well, and a result that differs from theirs fails the bench.
 */
export async function measureModels(): Promise<BenchRow[]> {
  const million = syntheticInteractions(6_040, 3_706, 1_000_000, 1);
  return [
    ...easeRows(syntheticInteractions(4_335, 3_706, 265_000, 6)),
    ...ialsRows(million),
    ...cooccurrenceRows(million),
    ...cosineRows('cosine-1m', million, 5),
    ...cosineRows('cosine-20m', syntheticInteractions(138_000, 27_000, 20_000_000, 2), 1),
  ];
}

interface Measured {
  readonly p50: number;
  readonly p99: number;
  /** Median CPU time over all threads, in milliseconds. */
  readonly rate: number;
  readonly unit: string;
}

/** @param prepare runs before the work and is not measured */
function measured(runs: number, prepare: () => () => void): Measured {
  const walls: number[] = [];
  const cpus: number[] = [];
  for (let run = 0; run < runs; run++) {
    const work = prepare();
    const cpu = process.cpuUsage();
    const began = performance.now();
    work();
    walls.push(performance.now() - began);
    const { user, system } = process.cpuUsage(cpu);
    cpus.push((user + system) / 1_000);
  }
  return { p50: percentile(walls, 0.5), p99: percentile(walls, 0.99), rate: percentile(cpus, 0.5), unit: 'ms CPU' };
}

/** Returns our row with its ratio and the peer's row, or a row that says that there was no peer. */
function beside(name: string, ours: Measured, peer: PeerResult | undefined): BenchRow[] {
  if (peer === undefined)
    return [
      { name, subject: 'freshet', ...ours },
      { name: `${name}: not compared, Python has no numpy and scipy`, subject: '–' },
    ];
  return [
    { name, subject: 'freshet', ...ours, ratio: peer.p50 / ours.p50 },
    { name, subject: peer.peer, p50: peer.p50, rate: peer.cpu, unit: 'ms CPU' },
  ];
}

function easeRows(histories: CompressedRows): BenchRow[] {
  console.error('EASE …');
  const n = histories.columns;
  let ease: Ease = rebuildEase(histories, LAMBDA, kernels);
  const rebuild = measured(3, () => () => (ease = rebuildEase(histories, LAMBDA, kernels)));
  const peer = askPeer('inverse', { gram: denseGram(histories) }, [n, 3], 'inverse');
  if (peer !== undefined)
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) agree('EASE', ease.inverse.get(i, j), peer.output[i * n + j], 1e-12);
  const shop = changingShop(histories);
  const snapshot = new CountSnapshot();
  snapshot.collectChanges(shop.counts, 0);
  const follow = (customers: number) => {
    shop.change(customers);
    return () => applyEaseUpdate(ease, groupChangesByItem(snapshot.collectChanges(shop.counts)));
  };
  const one = measured(50, () => follow(1));
  const many = measured(5, () => follow(64));
  while (shop.changes < 10_000) follow(64)();
  const rebuilt = rebuildEase(shop.histories(), LAMBDA, kernels);
  let drift = 0;
  rebuilt.inverse.cells.forEach((cell, at) => (drift = Math.max(drift, Math.abs(cell - ease.inverse.cells[at]))));
  if (!(drift < 1e-8)) throw new Error(`EASE is off by ${drift} after ${shop.changes} changes`);
  return [
    ...beside('ease-rebuild', rebuild, peer),
    { name: 'ease-update', subject: 'freshet', ...one },
    { name: 'ease-update-64', subject: 'freshet', ...many },
    { name: `ease-drift, P after ${shop.changes} changes`, subject: 'freshet', rate: drift / 1e-18, unit: '· 1e-18' },
  ];
}

function denseGram(histories: CompressedRows): Float64Array {
  const n = histories.columns;
  const gram = new Float64Array(n * n);
  for (let row = 0; row < histories.rows; row++) {
    const { members } = rowAt(histories, row);
    for (let a = 0; a < members.length; a++)
      for (let b = 0; b < members.length; b++) gram[members[a] * n + members[b]]++;
  }
  for (let i = 0; i < n; i++) gram[i * n + i] += LAMBDA;
  return gram;
}

function ialsRows(histories: CompressedRows): BenchRow[] {
  console.error('iALS …');
  const random = seededRandom(4);
  const ours = withIalsEngine(histories, transpose(histories), IALS, kernels, (engine) => {
    for (const side of [engine.users, engine.items]) for (let at = 0; at < side.length; at++) side[at] = 0.1 * random();
    const epoch = () => {
      engine.solveUsers();
      engine.solveItems();
    };
    epoch();
    return measured(7, () => epoch);
  });
  const { starts, members, rows, columns } = histories;
  return beside('ials-epoch', ours, askPeer('ials', { starts, members }, [rows, columns, IALS.factors, 1]));
}

/**
 * Measures one event on the learner's live path, {@link LivePairs}. `cooccurrence-event`: in a shop of 10,000 products,
 * more than the head holds, including the lists that become due. `cooccurrence-event-head`: in a shop of 3,706
 * products, with all pairs in the head.
 */
function cooccurrenceRows(million: CompressedRows): BenchRow[] {
  console.error('co-occurrence …');
  const large = new LivePairs(syntheticInteractions(20_000, 10_000, 1_000_000, 7));
  large.load(large.left - LIVE_EVENTS);
  const beyond = cooccurrenceRow('cooccurrence-event', large);
  large.check();
  const small = new LivePairs(million);
  const head = cooccurrenceRow('cooccurrence-event-head', small);
  const gram = denseGram(million);
  const n = million.columns;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++)
      if (small.matrix.count(i, j) !== gram[i * n + j]) throw new Error(`count ${i}, ${j} is wrong`);
  return [beyond, head];
}

function cooccurrenceRow(name: string, pairs: LivePairs): BenchRow {
  const events = pairs.left;
  const { p50 } = measured(1, () => () => pairs.apply(events));
  return { name, subject: 'freshet', p50: p50 / events, rate: events / (p50 / 1_000), unit: 'ev/s' };
}

function cosineRows(name: string, sets: CompressedRows, runs: number): BenchRow[] {
  console.error(`${name} …`);
  let similarities: Float64Array = new Float64Array();
  const ours = measured(runs, () => () => (similarities = itemCosine(sets, NEAREST, 0, kernels).similarities));
  const { starts, members, rows, columns } = sets;
  const peer = askPeer('cosine', { starts, members }, [rows, columns, NEAREST, runs], 'similarities');
  peer?.output.forEach((value, at) => agree(name, similarities[at], value, 1e-6));
  return beside(name, ours, peer);
}

function agree(name: string, ours: number, theirs: number, within: number): void {
  if (!(Math.abs(ours - theirs) < within)) throw new Error(`${name}: ${ours} here is ${theirs} there`);
}
