import type { BoostedTrees } from './boosting';
import { ByteReader } from './byte-reader';
import { ByteWriter } from './byte-writer';
import { LEAF, type DecisionNodes } from './decision-nodes';
import type { DecisionTree } from './decision-tree';

const TREE_MAGIC = 'decision-tree';
const BOOSTED_MAGIC = 'boosted-trees';
const VERSION = 1;

/** Encodes a tree: about 20 bytes per node, and 8 per node and class. */
export function encodeDecisionTree({ classes, nodes, probabilities, impurities, weights }: DecisionTree): Uint8Array {
  const writer = new ByteWriter();
  writer.string(TREE_MAGIC);
  writer.varint(VERSION);
  writer.varint(classes);
  writeNodes(writer, nodes);
  for (const numbers of [probabilities, impurities, weights]) numbers.forEach((number) => writer.f64(number));
  return writer.finish();
}

/** @throws Error if the bytes are those of something else, RangeError if they end early */
export function decodeDecisionTree(bytes: Uint8Array): DecisionTree {
  const reader = new ByteReader(bytes);
  reader.expectHeader(TREE_MAGIC, VERSION);
  const classes = reader.varint();
  const nodes = readNodes(reader);
  const size = nodes.feature.length;
  return {
    classes,
    nodes,
    probabilities: readNumbers(reader, size * classes),
    impurities: readNumbers(reader, size),
    weights: readNumbers(reader, size),
  };
}

/** Encodes boosted trees: about 20 bytes per node. */
export function encodeBoostedTrees({ baseline, roots, nodes, values }: BoostedTrees): Uint8Array {
  const writer = new ByteWriter();
  writer.string(BOOSTED_MAGIC);
  writer.varint(VERSION);
  writer.f64(baseline);
  writer.varint(roots.length);
  roots.forEach((root) => writer.varint(root));
  writeNodes(writer, nodes);
  values.forEach((value) => writer.f64(value));
  return writer.finish();
}

/** @throws Error if the bytes are those of something else, RangeError if they end early */
export function decodeBoostedTrees(bytes: Uint8Array): BoostedTrees {
  const reader = new ByteReader(bytes);
  reader.expectHeader(BOOSTED_MAGIC, VERSION);
  const baseline = reader.f64();
  const roots = Int32Array.from({ length: reader.varint() }, () => reader.varint());
  const nodes = readNodes(reader);
  return { baseline, roots, nodes, values: readNumbers(reader, nodes.feature.length) };
}

/** Writes 0 for a leaf, or feature + 1, threshold and children. */
function writeNodes(writer: ByteWriter, { feature, threshold, left, right }: DecisionNodes): void {
  writer.varint(feature.length);
  for (let node = 0; node < feature.length; node++) {
    writer.varint(feature[node] + 1);
    if (feature[node] === LEAF) continue;
    writer.f64(threshold[node]);
    writer.varint(left[node]);
    writer.varint(right[node]);
  }
}

function readNodes(reader: ByteReader): DecisionNodes {
  const size = reader.varint();
  const nodes = {
    feature: new Int32Array(size),
    threshold: new Float64Array(size),
    left: new Int32Array(size),
    right: new Int32Array(size),
  };
  for (let node = 0; node < size; node++) {
    nodes.feature[node] = reader.varint() - 1;
    if (nodes.feature[node] === LEAF) continue;
    nodes.threshold[node] = reader.f64();
    nodes.left[node] = reader.varint();
    nodes.right[node] = reader.varint();
  }
  return nodes;
}

function readNumbers(reader: ByteReader, count: number): Float64Array {
  return Float64Array.from({ length: count }, () => reader.f64());
}
