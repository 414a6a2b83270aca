// Builds the packages and tries them as those who install them would. Prints one closing line.
import { finish, tests } from './counted.mjs';

await tests('package');
finish();
