import { checkExpression } from '../../expressions/check';
import { literalsComparedWith } from '../../expressions/compared-literals';
import { ExpressionFault, positionIn, type Position } from '../../expressions/expression-fault';
import type { StreamSegments } from '../../streams/compared-segments.service';
import type { AlertRuleRecord } from './alert-rule';
import { windowShape } from './observation';

/** A segment of customers that an alert rule names as a key, or part of a key, of its stream. */
export interface AlertSegment {
  readonly rule: string;
  readonly value: string;
  /** Path of the field in the rule's definition. */
  readonly path: string;
  /** Null for a key, which is no expression. */
  readonly position: Position | null;
}

/** Returns the segments that alert rules name in `keys`, or compare with `window.key`. */
export function segmentsInAlertRules(
  rules: readonly AlertRuleRecord[],
  streams: readonly StreamSegments[],
): AlertSegment[] {
  return rules.flatMap(({ id: rule, spec }) => {
    const stream = streams.find((each) => each.stream === spec.stream);
    if (stream === undefined) return [];
    const inKeys = (spec.keys ?? []).flatMap((key, at) =>
      stream.segmentsInKey(key).map((value) => ({ rule, value, path: `keys[${at}]`, position: null })),
    );
    const inCondition = (source: string | null, path: string) =>
      keysComparedIn(source, stream).flatMap(({ key, position }) =>
        stream.segmentsInKey(key).map((value) => ({ rule, value, path, position })),
      );
    return [
      ...inKeys,
      ...inCondition(spec.condition, 'condition'),
      ...inCondition(spec.clearCondition, 'clearCondition'),
    ];
  });
}

function keysComparedIn(
  source: string | null,
  { aggregates }: StreamSegments,
): { readonly key: string; readonly position: Position }[] {
  if (source === null) return [];
  try {
    const { tree } = checkExpression(source, windowShape(aggregates), {}, 'bool');
    return literalsComparedWith(tree, 'window', 'key').map(({ value, offset }) => ({
      key: value,
      position: positionIn(source, offset),
    }));
  } catch (error) {
    // A stream may lose an aggregate that a rule reads. Then the rule is not evaluated.
    if (error instanceof ExpressionFault) return [];
    throw error;
  }
}
