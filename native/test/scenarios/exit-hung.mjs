// A call that hangs on FILE and is given up; then the program ends as usual, with status 6. Arguments: FILE, worker kind, open|read|ioctl.
import { native } from './support.mjs';

const [path, worker, what] = process.argv.slice(2);
try {
  const channel = await native.openChannel(path, { access: 'read', worker, timeoutMs: what === 'open' ? 20 : undefined });
  if (what === 'ioctl') await channel.ioctl({ request: 0x4101, name: 'HANG', argument: new Uint8Array(16) }, { timeoutMs: 20 });
  if (what === 'read') await channel.read(1, { timeoutMs: 20 });
} catch (error) {
  console.log(error.code);
}
process.exitCode = 6;
