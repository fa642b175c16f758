import { join } from 'node:path';

/**
 * How the boundaries check finds `#libs/…`: package.json sends it to the built files, and the rules speak of sources.
 * (dependency-cruiser takes aliases in the form of a webpack configuration; webpack itself is not used.)
 */
export default {
  resolve: {
    alias: { '#libs': join(process.cwd(), 'libs') },
    extensionAlias: { '.js': ['.ts', '.js'] },
  },
};
