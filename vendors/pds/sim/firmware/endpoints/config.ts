import { packed, u32 } from '../../wire.js';
import { blockReply, BLOCKS, type Block } from '../config-blocks.js';
import { LEVEL, MODULE } from '../event-log.js';
import { ATTRIBUTE, refused, RESULT, type Endpoint, type Operation, type Outcome } from '../types.js';

const HEADER_BYTES = 4;

function onBlock(payload: Uint8Array, run: (block: Block, image: Uint8Array) => Outcome): Outcome {
  const block = BLOCKS.find(({ id }) => id === u32(payload, 0));
  return block === undefined ? refused(RESULT.noSuchBlock) : run(block, payload.subarray(HEADER_BYTES));
}

function answer(bytes: Uint8Array | number): Outcome {
  return typeof bytes === 'number' ? refused(bytes) : { data: blockReply(bytes) };
}

const read: Operation = {
  number: 1, name: 'CONFIG_READ', attribute: ATTRIBUTE.read, requestBytes: HEADER_BYTES,
  run: (state, { payload }) => onBlock(payload, (block, image) => answer(block.read(state, image))),
};

const write: Operation = {
  number: 2, name: 'CONFIG_WRITE', attribute: ATTRIBUTE.write, requestBytes: HEADER_BYTES,
  run: (state, { payload }) => onBlock(payload, (block, image) => {
    if (block.write === undefined) return refused(RESULT.readOnly);
    if (image.length !== block.lengthBytes) return refused(RESULT.badLength);
    const result = block.write(state, image);
    return answer(result === RESULT.ok ? block.read(state, image) : result);
  }),
};

const save: Operation = {
  number: 3, name: 'CONFIG_SAVE', attribute: ATTRIBUTE.sync, requestBytes: 0,
  run(state) {
    const changed = state.save();
    state.note(LEVEL.info, MODULE.config, `${changed} changed settings saved`);
    return { data: packed(4, [0, 4, changed]) };
  },
};

/** Blocks of configuration, which a restart forgets unless they are saved. */
export const config: Endpoint = { id: 0x5349_4d03, name: 'CONFIG', operations: [read, write, save] };
