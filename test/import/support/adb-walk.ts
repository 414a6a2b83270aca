/** A leaf of a node: its path with indices, its first bit counted from the node's first byte's highest, and its width. */
export type Leaf = readonly [path: string, offsetBits: number, sizeBits: number];

type Attributes = Readonly<Record<string, string | undefined>>;

/** A node as its text says, by a reader that shares nothing with the importer. */
export interface WalkedNode {
  readonly sizeBits: number;
  readonly isUnion: boolean;
  readonly fields: readonly Attributes[];
}

const attributesOf = (text: string): Attributes => Object.fromEntries([...text.matchAll(/([\w.]+)\s*=\s*"([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));

/** Bytes in hexadecimal or decimal, bits in decimal. */
function bits(text = ''): number {
  const [bytes = '', rest = ''] = text.split('.');
  return Number(bytes === '' ? 0 : bytes) * 8 + Number(rest);
}

/** All nodes of a database by name. */
export function walkedNodes(text: string): Map<string, WalkedNode> {
  return new Map([...text.matchAll(/<node\s([^>]*)>([^]*?)<\/node>/g)].map(([, head = '', body = '']) => {
    const { name = '', size, attr_is_union: isUnion } = attributesOf(head);
    return [name, { sizeBits: bits(size), isUnion: isUnion === '1', fields: [...body.matchAll(/<field\s([^>]*)>/g)].map(([, field = '']) => attributesOf(field)) }];
  }));
}

/** Every leaf of a node, those of the nodes inside it as well, element by element: words upwards, what is less from a word's top down. */
export function leavesOf(nodes: ReadonlyMap<string, WalkedNode>, name: string, isDefined: (name: string) => boolean): Leaf[] {
  const node = nodes.get(name);
  const leaves: Leaf[] = [];
  let next = 0;
  for (const field of node?.fields ?? []) {
    if (field['inst_ifdef'] !== undefined && !isDefined(field['inst_ifdef'])) continue;
    const lowest = field['offset'] === undefined ? next : bits(field['offset']);
    next = lowest + bits(field['size']);
    if (/^reserved\d*$/.test(field['name'] ?? '')) continue;
    const isOpen = field['high_bound'] === 'VARIABLE';
    const count = isOpen || field['high_bound'] === undefined ? 1 : Number(field['high_bound']) - Number(field['low_bound']) + 1;
    const width = bits(field['size']) / count;
    let [word, low] = [Math.floor(lowest / 32), lowest % 32];
    for (let index = 0; index < count; index += 1) {
      const offset = width >= 32 ? lowest + index * width : word * 32 + (32 - low - width);
      const path = `${field['name']}${count > 1 || isOpen ? `[${index}]` : ''}`;
      const inner = field['subnode'] === undefined || field['subnode'] === 'uint64' ? [] : leavesOf(nodes, field['subnode'], isDefined);
      leaves.push(...field['subnode'] === undefined || field['subnode'] === 'uint64' ? [[path, offset, width] as const] : inner.map(([below, at, size]): Leaf => [`${path}.${below}`, offset + at, size]));
      [word, low] = low < width ? [word + 1, 32 - width] : [word, low - width];
    }
  }
  return leaves;
}
