// Opens the device that is named on the command line and reads one of its registers again and again until it is killed. Says `reading` once it does.
import { library } from './load-library.mjs';

const channel = await library.openChannel(process.argv[2] ?? '');
for (let reads = 0; ; reads += 1) {
  await channel.registers.read('MGIR');
  if (reads === 0) process.stdout.write('reading\n');
}
