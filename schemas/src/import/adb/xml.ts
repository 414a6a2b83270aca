import sax from 'sax';
import type { ReportProblem } from '../problem.js';

/** An element as it opens. Its attributes are text without entities. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly file: string;
  readonly line: number;
}

/** What is told of a document's elements, in their order. */
export interface ElementHandler {
  readonly open: (element: Element) => void;
  readonly close: (name: string) => void;
}

const MOST_DEPTH = 32;
const CHUNK = 65_536;

/**
 * Reads one XML document piece by piece and tells its elements. The first fault of syntax ends it and is reported. Neither document types
 * nor entities beside the five of XML itself are read, and nothing outside the text is asked for.
 */
export function readXml(file: string, text: string, handler: ElementHandler, report: ReportProblem): void {
  const parser = sax.parser(true, { position: true });
  const reading = { depth: 0, hasEnded: false };
  const end = (message: string): void => {
    if (!reading.hasEnded) report({ file, line: parser.line + 1, rule: 'syntax', outcome: 'left-out', message });
    reading.hasEnded = true;
  };
  parser.onerror = (error) => {
    end(`${/^.*/.exec(error.message)?.[0] ?? 'no XML'}; what follows is left out`);
  };
  parser.ondoctype = () => {
    end('a document type is not read; what follows is left out');
  };
  parser.onopentag = ({ name, attributes }) => {
    reading.depth += 1;
    if (reading.depth > MOST_DEPTH) end(`more than ${MOST_DEPTH} elements inside one another; what follows is left out`);
    if (reading.hasEnded) return;
    const values = new Map(Object.entries<string | sax.QualifiedAttribute>(attributes).map(([key, value]) => [key, typeof value === 'string' ? value : value.value]));
    handler.open({ name, attributes: values, file, line: parser.line + 1 });
  };
  parser.onclosetag = (name) => {
    reading.depth -= 1;
    if (!reading.hasEnded) handler.close(name);
  };
  for (let at = 0; at < text.length && !reading.hasEnded; at += CHUNK) parser.write(text.slice(at, at + CHUNK));
  if (!reading.hasEnded) parser.close();
}
