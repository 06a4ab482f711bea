/** Finds the prose in a source file: comments, messages and page texts; in Markdown, everything but code. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A string of fewer words is a name, a key or a label. */
const MIN_WORDS = 3;
const IS_SQL = /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER|DROP|LOCK|TRUNCATE|COPY|NOTIFY)\s/;
/** Comments that are instructions for a program. */
const IS_DIRECTIVE = /^(eslint|prettier|@ts-|istanbul)/;

/**
 * @param {string} file its path
 * @returns {{ line: number, text: string }[]} pieces of prose with the line (from 1) where each begins
 */
export function proseOf(file) {
  const source = readFileSync(file, 'utf8');
  return file.endsWith('.md') ? proseOfMarkdown(source) : proseOfCode(file, source);
}

/** Code and addresses become spaces, so that lines and columns stay the same. */
function proseOfMarkdown(source) {
  const blank = (text) => text.replace(/[^\n]/g, ' ');
  const text = source
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, blank)
    .replace(/`[^`\n]*`/g, blank)
    .replace(/\]\([^)\n]*\)/g, blank);
  return [{ line: 1, text }];
}

function proseOfCode(file, source) {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const lineOf = (position) => tree.getLineAndCharacterOfPosition(position).line + 1;
  const pieces = [];
  const comments = new Map();
  const noteComments = (ranges) => {
    for (const { pos, end } of ranges ?? []) comments.set(pos, source.slice(pos, end));
  };
  const visit = (node) => {
    noteComments(ts.getLeadingCommentRanges(source, node.getFullStart()));
    noteComments(ts.getTrailingCommentRanges(source, node.getEnd()));
    if (isText(node)) {
      const { text } = node;
      if (text.trim().split(/\s+/).length >= MIN_WORDS && !IS_SQL.test(text) && !isSqlTemplate(node))
        pieces.push({ line: lineOf(ts.isJsxText(node) ? node.getFullStart() : node.getStart(tree)), text });
    }
    for (const child of node.getChildren(tree)) visit(child);
  };
  visit(tree);
  for (const [position, comment] of comments) {
    const text = textOfComment(comment);
    if (!IS_DIRECTIVE.test(text.trim())) pieces.push({ line: lineOf(position), text });
  }
  return pieces.sort((a, b) => a.line - b.line);
}

function isText(node) {
  if (ts.isStringLiteral(node)) return !ts.isImportDeclaration(node.parent) && !ts.isLiteralTypeNode(node.parent);
  return (
    ts.isNoSubstitutionTemplateLiteral(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node) ||
    ts.isJsxText(node)
  );
}

/** The pieces of a template belong to what its head begins. */
function isSqlTemplate(node) {
  for (let parent = node.parent; parent; parent = parent.parent)
    if (ts.isTemplateExpression(parent)) return IS_SQL.test(parent.head.text);
  return false;
}

/** Without the marks, and with code, tags of JSDoc and links blanked. */
function textOfComment(comment) {
  return comment
    .replace(/^\/\*\*?|\*\/$/g, '')
    .replace(/^[ \t]*(\/\/\/?|\*)[ \t]?/gm, '')
    .replace(/`[^`]*`|\{@link [^}]*\}|\bhttps?:\S+/g, (code) => code.replace(/[^\n]/g, ' '));
}
