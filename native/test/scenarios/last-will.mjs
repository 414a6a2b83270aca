// Leaves a last will that writes the word 7 to FILE once its first word is 1, then ends in a way of its own or waits to be killed, `busy` with a
// job under way. Arguments: FILE, worker kind, exit|close|idle|busy.
import { native } from './support.mjs';

const [path, worker, how] = process.argv.slice(2);
const channel = await native.openChannel(path, { access: 'read-write', worker });
const is = (word, than, tries) => ({ type: 'await', offsetBytes: word, word: 0, mask: 0xffff_ffff, than, tries, failure: 'EAGAIN' });
await channel.setLastWill({ words: Uint32Array.of(0, 99, 99), steps: [is(0, 1, 1), { type: 'write', offsetBytes: 4, word: 2 }] });
await channel.setLastWill({ words: Uint32Array.of(0, 1, 7), steps: [is(0, 1, 1), { type: 'write', offsetBytes: 4, word: 2 }] });
if (how === 'busy') {
  const work = { words: Uint32Array.of(0, 5, 1), steps: [is(0, 1, 300), { type: 'write', offsetBytes: 8, word: 1 }, { type: 'write', offsetBytes: 0, word: 2 }], cleanupFrom: 1 };
  void channel.sequence(work).catch(() => undefined);
}
console.log('ready');
if (how === 'exit') process.exit(3);
if (how === 'close') {
  await channel.close();
  process.exit(0);
}
setInterval(() => undefined, 1000);
