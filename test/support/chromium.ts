import { existsSync } from 'node:fs';

/** Where Debian and others install Chromium. */
const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The path of an installed Chromium; undefined: there is none, and specs with a browser are reported as skipped. */
export const chromiumPath = process.env.APPLEDGER_TEST_CHROMIUM ?? PATHS.find((path) => existsSync(path));
