// `npm run build`: installs and compiles what is not up to date.
import { ensureBuilt, ensureInstalled } from './lib/bootstrap.mjs';

ensureInstalled();
ensureBuilt();
