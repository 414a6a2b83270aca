import { attribute, type AttributeInput, Attributes } from '../netlink/attributes.js';
import { ack, type Answerer, datagram, done, ScriptedKernel } from '../netlink/netlink.fixture.js';

const FAMILY = 0x1c;

/** A parameter of whole numbers or of text, as a test describes it: its values by the number of the mode. */
export interface FixtureParameter {
  readonly type: 3 | 5;
  readonly values: Record<number, number | string>;
}

/** What a test's kernel shows. */
export interface FixtureKernel {
  /** Bus and name. */
  readonly instances: readonly (readonly [bus: string, name: string])[];
  readonly parameters: Readonly<Record<string, FixtureParameter>>;
  /** Names of the ports' interfaces, by flavour. */
  readonly ports?: readonly { readonly flavour: number; readonly netdev: string }[];
  /** The errno that a change is refused with. */
  readonly refuses?: number;
  /** Changes are acknowledged, and not made. */
  readonly isForgetful?: boolean;
}

/** A kernel whose devlink keeps what is set. */
export function devlinkKernel(kernel: FixtureKernel): ScriptedKernel {
  const answer: Answerer = ({ family, command, sequence, flags, attributes }) => {
    if (family === 0x10) return [datagram({ type: 0x10, flags: 0, generic: { command: 1, version: 2, attributes: [attribute.text(2, 'devlink'), attribute.u16(1, FAMILY), attribute.u32(3, 1)] } }, sequence), datagram(ack(0), sequence)];
    const request = new Attributes(attributes);
    if (command === 39) return [datagram(ack(set(kernel, request)), sequence)];
    const messages = MESSAGES[command]?.(kernel, request);
    if (messages === undefined) return [datagram(ack(95), sequence)];
    const isDump = (flags & 0x300) !== 0;
    return [...messages.map((each) => datagram({ type: FAMILY, flags: isDump ? 2 : 0, generic: { command: command + 2, version: 1, attributes: each } }, sequence)), datagram(isDump ? done(0) : ack(0), sequence)];
  };
  return new ScriptedKernel(answer);
}

type Messages = (kernel: FixtureKernel, request: Attributes) => AttributeInput[][];

const handle = (bus = '', name = ''): AttributeInput[] => [attribute.text(1, bus), attribute.text(2, name)];
const asked = (request: Attributes): AttributeInput[] => handle(request.text(1), request.text(2));

const MESSAGES: Readonly<Record<number, Messages>> = {
  1: ({ instances }) => instances.map(([bus, name]) => handle(bus, name)),
  5: ({ ports = [] }, request) => ports.map(({ flavour, netdev }, index) => [...asked(request), attribute.u32(3, index), attribute.u16(4, 2), attribute.text(7, netdev), attribute.u16(77, flavour)]),
  38: ({ parameters }, request) => Object.entries(parameters).filter(([name]) => (request.text(81) ?? name) === name).map(([name, { type, values }]) => [
    ...asked(request), attribute.nest(80, [attribute.text(81, name), attribute.u8(83, type), attribute.nest(84, Object.entries(values).map(([mode, value]) => attribute.nest(85, [
      typeof value === 'number' ? attribute.u32(86, value) : attribute.text(86, value), attribute.u8(87, Number(mode)),
    ])))]),
  ]),
  51: (_kernel, request) => [[...asked(request), attribute.text(99, 'S1'), attribute.nest(101, [attribute.text(103, 'fw.version'), attribute.text(104, '1.2.3')])]],
};

function set({ parameters, refuses, isForgetful = false }: FixtureKernel, request: Attributes): number {
  const [parameter, mode] = [parameters[request.text(81) ?? ''], request.u8(87)];
  if (refuses !== undefined || parameter === undefined || mode === undefined || request.u8(83) !== parameter.type) return refuses ?? 22;
  if (!isForgetful) parameter.values[mode] = (parameter.type === 3 ? request.u32(86) : request.text(86)) ?? '';
  return 0;
}
